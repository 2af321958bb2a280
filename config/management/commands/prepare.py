from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from config import roles
from config.embedded import migrations


class Command(BaseCommand):
    help = "Bring the database up to date: missing migrations, roles, shared catalogue. Harmless to repeat."

    def handle(self, *args: object, **options: object) -> None:
        with roles.as_owner():
            migrations.apply_missing()
        if settings.DATABASE_OWNER:
            call_command("create_roles", stderr=self.stderr)
        call_command("load_catalogue", stdout=self.stderr)
