from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reporting', '0002_returns'),
    ]

    operations = [
        migrations.AddField(
            model_name='returnbuild',
            name='changed_records',
            field=models.PositiveIntegerField(default=0),
        ),
    ]
