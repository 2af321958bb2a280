from django.apps import AppConfig

from config import logs


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Configuration"

    def ready(self) -> None:
        logs.configure()
