import importlib

from django.apps import AppConfig

from config import logs


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Configuration"

    def ready(self) -> None:
        # The checks look at other apps, which are only there now.
        importlib.import_module("config.checks")
        logs.configure()
