from datetime import timedelta

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("workflows", "0005_studio_pace"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            model_name="workflowsetting",
            name="credits_cost",
            field=models.PositiveIntegerField(help_text="Credits for a job, until the first price change."),
        ),
        migrations.CreateModel(
            name="PriceChange",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                (
                    "credits_cost",
                    models.PositiveIntegerField(help_text="Credits for each job accepted from then on."),
                ),
                ("effective_from", models.DateTimeField()),
                (
                    "created_at",
                    models.DateTimeField(
                        db_default=django.db.models.functions.datetime.Now(), editable=False
                    ),
                ),
                (
                    "created_by",
                    models.ForeignKey(
                        db_index=False,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "workflow",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="price_changes",
                        to="workflows.workflowsetting",
                    ),
                ),
            ],
            options={
                "ordering": ("-effective_from",),
                "constraints": [
                    models.UniqueConstraint(fields=("workflow", "effective_from"), name="price_change_once"),
                    models.CheckConstraint(
                        condition=models.Q(("credits_cost__gt", 0)), name="price_change_cost_is_positive"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "effective_from__gte",
                                models.F("created_at") + timedelta(minutes=5),
                            )
                        ),
                        name="price_change_is_announced",
                    ),
                ],
            },
        ),
    ]
