import django.utils.timezone
import partners.platform.tenancy.models
import partners.platform.tenancy.policies
from django.db import migrations, models

from partners.sign_in_codes import seal


def seal_secrets(apps, schema_editor):
    """Encrypt the secrets of sign-in codes that were stored in clear."""
    for authenticator in apps.get_model("mfa", "Authenticator").objects.all():
        data = dict(authenticator.data)
        for name in ("secret", "seed"):
            if isinstance(data.get(name), str):
                data[name] = seal(data[name])
        if isinstance(data.get("migrated_codes"), list):
            data["migrated_codes"] = [seal(code) for code in data["migrated_codes"]]
        if data != authenticator.data:
            authenticator.data = data
            authenticator.save(update_fields=["data"])


class Migration(migrations.Migration):
    """A form that was sent is known by a row of its own; the secrets of sign-in codes are encrypted."""

    dependencies = [
        ("partners", "0011_search_keys"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [
        migrations.CreateModel(
            name="SentForm",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("once", models.CharField(max_length=80)),
                ("url", models.CharField(max_length=2000)),
                ("at", models.DateTimeField(default=django.utils.timezone.now)),
                ("consortium", partners.platform.tenancy.models.ConsortiumField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("consortium", "once"), name="partners_sentform_once")
                ],
                "indexes": [models.Index(fields=["consortium", "at"], name="partners_sentform_old")],
            },
        ),
        partners.platform.tenancy.policies.ProtectTenantTables(names=["SentForm"]),
        migrations.RunPython(seal_secrets, migrations.RunPython.noop),
    ]
