from django.db import migrations


class Migration(migrations.Migration):
    """Who recorded a consent stands in ``recording_organisation``, as of every entry; a second column said it too."""

    dependencies = [("caseload", "0014_entries_have_owners")]

    operations = [
        migrations.RemoveField(model_name="consent", name="recorded_by_organisation"),
        migrations.RemoveField(model_name="consenthistory", name="recorded_by_organisation"),
    ]
