from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from config import roles

ONE_ROLE = (
    "One database role: web and tasks log in as the owner of the tables, who can mint credits. Set "
    "DATABASE_OWNER_URL to the owner's login and DATABASE_URL to another, which this command then makes."
)


class Command(BaseCommand):
    help = "Make the database roles and set what each may do. `prepare` does it too. Harmless to repeat."

    def handle(self, *args: object, **options: object) -> None:
        if roles.is_one():
            self.stderr.write(ONE_ROLE)
            return
        if not settings.DATABASE_OWNER:
            raise CommandError(
                "Set DATABASE_OWNER_URL: only the owner of the tables can say who may use them."
            )
        app = settings.DATABASE_APP
        if not app["USER"]:
            raise CommandError("Name in DATABASE_URL the login that web and tasks are to have.")
        try:
            with roles.as_owner():
                roles.create(app["USER"], app["PASSWORD"])
        except roles.RolesRefused as error:
            raise CommandError(str(error)) from error
        self.stderr.write(f"Database roles: {app['USER']} works, {roles.BILLING} grants and adjusts.")
