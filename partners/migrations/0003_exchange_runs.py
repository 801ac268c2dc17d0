"""A change of an import may stand for a whole run of new rows."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0002_postcodes")]

    operations = [
        migrations.AddField(
            model_name="exchangechange",
            name="last_record_id",
            field=models.BigIntegerField(default=0),
            preserve_default=False,
        ),
    ]
