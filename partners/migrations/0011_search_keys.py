"""Search keys of names in every script."""

from django.db import migrations

from partners.platform.search_keys import CreateSearchKey


class Migration(migrations.Migration):
    dependencies = [("partners", "0010_looks_at_lists")]

    operations = [CreateSearchKey()]
