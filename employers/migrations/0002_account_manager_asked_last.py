"""One account manager at a time is asked when a statement or import ends, not row by row."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
from django.db import migrations, models

import partners.platform.tenancy.constraints


class Migration(migrations.Migration):
    dependencies = [("employers", "0001_records")]

    operations = [
        migrations.RemoveConstraint(model_name="accountmanager", name="employers_accountmanager_one"),
        migrations.AddConstraint(
            model_name="accountmanager",
            constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                deferrable=models.Deferrable["IMMEDIATE"],
                expressions=[
                    (partners.platform.tenancy.constraints._Int8Range("employer_id"), "&&"),
                    (
                        partners.platform.tenancy.constraints._DateRange(
                            "from_date",
                            "to_date",
                            django.contrib.postgres.fields.ranges.RangeBoundary(inclusive_upper=True),
                        ),
                        "&&",
                    ),
                ],
                name="employers_accountmanager_one",
                violation_error_message="This employer already has an account manager on one of these days.",
            ),
        ),
    ]
