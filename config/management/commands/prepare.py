from django.core.management import call_command
from django.core.management.base import BaseCommand

from config.embedded import migrations


class Command(BaseCommand):
    help = "Bring the database up to date: missing migrations, then the shared catalogue. Harmless to repeat."

    def handle(self, *args: object, **options: object) -> None:
        migrations.apply_missing()
        call_command("load_catalogue", stdout=self.stderr)
