from django.apps import AppConfig
from django.db.models.signals import post_migrate


class WorkflowsConfig(AppConfig):
    name = "workflows"
    verbose_name = "Workflows"

    def ready(self) -> None:
        post_migrate.connect(_create_missing_settings, sender=self)


def _create_missing_settings(**_: object) -> None:
    # Models can only be imported once the apps are ready.
    from workflows import terms

    terms.create_missing()
