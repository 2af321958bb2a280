"""Staff and their browsers, and names that nobody would choose, for the tests of the admin."""

from django.contrib.auth.models import Permission, User
from django.contrib.sessions.models import Session
from django.http import HttpResponse, HttpResponseBase
from django.test import Client as HttpClient

from assets.models import Background
from clients.models import Client
from tests.world import World, dispatch
from workflows import settle

SCRIPT = "<script>alert('x')</script>"
HOSTILE = f"\u202eevil\u200f {SCRIPT}{{{{ 7|add:1 }}}}"
PASSWORD = "correct horse battery staple"


def staff(name: str = "ada", *permissions: str, password: str | None = None) -> User:
    """A member of staff with the permissions named (`billing.view_ledgerentry`); a superuser without."""
    user = User.objects.create_user(name, password=password, is_staff=True, is_superuser=not permissions)
    for permission in permissions:
        app, codename = permission.split(".")
        user.user_permissions.add(Permission.objects.get(content_type__app_label=app, codename=codename))
    return user


class Desk(HttpClient):
    """The browser of a member of staff."""

    def __init__(self, user: User) -> None:
        super().__init__()
        self.force_login(user)

    def page(self, path: str) -> str:
        """A page that must be there, and must show what others wrote as text."""
        return shown(self.get(f"/admin/{path}"))

    def submit(self, path: str, **fields: object) -> HttpResponseBase:
        return self.post(f"/admin/{path}", fields)

    def refuses(self, path: str) -> bool:
        """Whether a POST is forbidden."""
        return bool(self.submit(path).status_code == 403)


def shown(answer: HttpResponseBase) -> str:
    assert answer.status_code == 200, (answer.status_code, answer.headers)
    assert isinstance(answer, HttpResponse)
    text = answer.content.decode()
    assert SCRIPT not in text
    return text


def sessions() -> str:
    """All that is kept of the browsers' sessions."""
    return " ".join(str(session.get_decoded()) for session in Session.objects.all())


def made_hostile(world: World) -> str:
    """Names everything that can be named as nobody would; answers the ULID of a job that failed so."""
    job = dispatch(world, pilot_brand=HOSTILE)
    settle.fail(job.id, "NO_SUBJECT", HOSTILE, stage="cutting")
    world.api.post(
        "/v1/background-swap-with-image", world.order(output_preset=HOSTILE), Idempotency_Key="<b>"
    )
    Client.objects.filter(id=world.owner.client.id).update(name=HOSTILE)
    spec = {"display_name": HOSTILE, "scene_type": HOSTILE, "description": HOSTILE}
    Background.objects.update(**spec, dominant_colors=[f'"/>{SCRIPT}'], metadata={SCRIPT: SCRIPT})
    return job.id
