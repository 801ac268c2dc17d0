"""The constraint names the employer by its field; what the database keeps stays as it is."""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
from django.db import migrations, models

import partners.platform.tenancy.constraints


class Migration(migrations.Migration):
    dependencies = [("employers", "0002_account_manager_asked_last")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveConstraint(model_name="accountmanager", name="employers_accountmanager_one"),
                migrations.AddConstraint(
                    model_name="accountmanager",
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(
                        deferrable=models.Deferrable["IMMEDIATE"],
                        expressions=[
                            (partners.platform.tenancy.constraints._Int8Range("employer"), "&&"),
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
        )
    ]
