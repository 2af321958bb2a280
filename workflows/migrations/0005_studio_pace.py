import django.contrib.postgres.fields
from django.db import migrations, models
from django.db.models import Q

import clients.ulids

# A row for each mode and step, so that nobody ever has to create one.
_OPEN = """
    INSERT INTO workflows_studiopace (livemode, step, doubters)
    SELECT livemode, step, '{}' FROM (VALUES (true), (false)) AS mode (livemode),
        (VALUES ('dispatch'), ('follow')) AS named (step)
"""


class Migration(migrations.Migration):
    dependencies = [("workflows", "0004_roles")]

    operations = [
        migrations.CreateModel(
            name="StudioPace",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("livemode", models.BooleanField()),
                ("step", models.TextField(choices=[("dispatch", "Dispatch"), ("follow", "Follow")])),
                (
                    "allowance",
                    models.IntegerField(
                        help_text="Calls that may go out at `next_at`; none: any.", null=True
                    ),
                ),
                ("next_at", models.DateTimeField(null=True)),
                (
                    "failures",
                    models.IntegerField(
                        db_default=0, help_text="Pauses since the last good answer to a probe."
                    ),
                ),
                (
                    "doubters",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.UUIDField(),
                        default=list,
                        help_text="Jobs without a usable answer, in a row.",
                        size=None,
                    ),
                ),
                (
                    "probe",
                    clients.ulids.ULIDField(
                        help_text="The job that alone may be asked about during a pause.", null=True
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("livemode", "step"), name="studio_pace_of_step"),
                    models.CheckConstraint(
                        condition=Q(allowance__isnull=True, next_at__isnull=True)
                        | Q(allowance__gte=1, next_at__isnull=False),
                        name="studio_pace_has_a_moment",
                    ),
                ]
            },
        ),
        migrations.RunSQL(_OPEN, migrations.RunSQL.noop),
    ]
