"""How long a referral names somebody to an organisation that may not open them any more: each partnership's own days."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0012_sent_forms")]

    operations = [
        migrations.AddField(
            model_name="consortium",
            name="name_days",
            field=models.PositiveSmallIntegerField(db_default=365, default=365),
        ),
    ]
