from django.db import migrations


class Migration(migrations.Migration):
    """Views of lists become the partnership's own: partners takes the table over as it is."""

    dependencies = [
        ("caseload", "0015_consents_recorded_once"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(state_operations=[migrations.DeleteModel(name="SavedView")])
    ]
