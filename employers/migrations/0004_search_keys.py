"""Employers' names in every script are found; the history keeps no keys, which can be made again."""

from django.db import migrations

from partners.platform.search_keys import ChangeKeyExpression


class Migration(migrations.Migration):
    dependencies = [("employers", "0003_account_manager_by_field"), ("partners", "0011_search_keys")]

    operations = [
        ChangeKeyExpression("Employer", {"name_key": "name"}),
        migrations.RemoveField("EmployerHistory", "name_key"),
    ]
