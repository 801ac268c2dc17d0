"""What the page of a batch shows, and what tells whether something builds on it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("partners", "0003_exchange_runs")]

    operations = [
        migrations.AddField(model_name="exchangebatch", name="groups", field=models.JSONField(default=list)),
        migrations.AddField(model_name="exchangebatch", name="marks", field=models.JSONField(default=dict)),
    ]
