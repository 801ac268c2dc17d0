"""Names in every script are found; the history keeps no keys, which can be made again."""

from django.db import migrations

from partners.platform.search_keys import ChangeKeyExpression


class Migration(migrations.Migration):
    dependencies = [("caseload", "0007_contacts_have_results"), ("partners", "0011_search_keys")]

    operations = [
        ChangeKeyExpression("Client", {"given_key": "given_name", "family_key": "family_name"}),
        ChangeKeyExpression("ClientAddress", {"postcode_key": "postcode"}),
        migrations.RemoveField("ClientHistory", "given_key"),
        migrations.RemoveField("ClientHistory", "family_key"),
        migrations.RemoveField("ClientAddressHistory", "postcode_key"),
    ]
