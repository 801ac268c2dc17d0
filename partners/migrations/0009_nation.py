"""In which nation a partnership lies: its bank holidays are no working days."""

from django.db import migrations, models

NATIONS = [
    ("england", "England"),
    ("wales", "Wales"),
    ("scotland", "Scotland"),
    ("northern_ireland", "Northern Ireland"),
]


class Migration(migrations.Migration):
    dependencies = [("partners", "0008_notices")]

    operations = [
        migrations.AddField(
            model_name="consortium",
            name="nation",
            field=models.CharField(choices=NATIONS, db_default="england", default="england", max_length=20),
        ),
        migrations.AddConstraint(
            model_name="consortium",
            constraint=models.CheckConstraint(
                condition=models.Q(("nation__in", [code for code, _ in NATIONS])), name="partners_consortium_nation"
            ),
        ),
    ]
