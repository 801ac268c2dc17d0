"""How long a client may be without a contact before somebody is reminded: each partnership's own number of days."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0005_sign_in_events")]

    operations = [
        migrations.AddField(
            model_name="consortium",
            name="contact_days",
            field=models.PositiveSmallIntegerField(db_default=28, default=28),
        ),
    ]
