import django.db.models.deletion
from django.db import migrations, models

import clients.ulids


class Migration(migrations.Migration):
    dependencies = [("billing", "0004_roles")]

    operations = [
        migrations.CreateModel(
            name="AuditMark",
            fields=[
                (
                    "account",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="billing.creditaccount",
                    ),
                ),
                ("seq", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
                ("balance", models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name="AuditProgress",
            fields=[
                ("id", models.SmallIntegerField(default=1, primary_key=True, serialize=False)),
                ("entries_from", models.BigIntegerField()),
                ("jobs_from", clients.ulids.ULIDField()),
                ("checked_at", models.DateTimeField()),
            ],
            options={
                "verbose_name_plural": "audit progress",
                "constraints": [
                    models.CheckConstraint(condition=models.Q(("id", 1)), name="audit_progress_one_row")
                ],
            },
        ),
    ]
