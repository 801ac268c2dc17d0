"""More words for what happens to a sign-in, and where the operator reads of those that belong to no consortium."""

import django.utils.timezone
from django.db import migrations, models

ACTIONS = [
    ("viewed", "Viewed"),
    ("searched", "Searched"),
    ("exported", "Exported"),
    ("signed_in", "Signed in"),
    ("signed_out", "Signed out"),
    ("sign_in_refused", "Sign-in refused"),
    ("password_changed", "Password changed"),
    ("password_reset", "Password set anew by e-mail"),
    ("codes_on", "Sign-in codes turned on"),
    ("codes_off", "Sign-in codes turned off"),
    ("codes_renewed", "Recovery codes renewed"),
    ("administered", "Administered"),
]


class Migration(migrations.Migration):
    dependencies = [("partners", "0004_exchange_marks")]

    operations = [
        migrations.AlterField(
            model_name="accessentry",
            name="action",
            field=models.CharField(choices=ACTIONS),
        ),
        migrations.CreateModel(
            name="SignInEvent",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("action", models.CharField(choices=ACTIONS)),
                ("masked_email", models.CharField(blank=True, max_length=300)),
                ("reason", models.CharField(blank=True, max_length=60)),
                ("request_id", models.CharField(blank=True, max_length=64)),
                ("address", models.GenericIPAddressField(null=True)),
            ],
            options={"indexes": [models.Index(fields=["-at"], name="partners_signinevent_newest")]},
        ),
    ]
