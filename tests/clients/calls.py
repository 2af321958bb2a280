"""A request to each closed route of the API that ends well."""

import json
from dataclasses import dataclass

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test.client import BOUNDARY, MULTIPART_CONTENT, encode_multipart

from tests import world as worlds
from tests.clients.test_routes import NEEDS, OPEN, THINGS
from tests.routes import Route, public
from tests.world import SWAP, Answer, World

CALLS = [(route, method) for route in public() for method in route.methods if NEEDS[route.template] != OPEN]
GOOD = (200, 201, 202)


@dataclass(frozen=True)
class Busy:
    """A client with one of everything that a route can name."""

    world: World
    things: dict[str, str]

    def body(self, path: str, method: str) -> tuple[bytes, str]:
        """What to send, and its content type."""
        if path == "/v1/uploads":
            picture = SimpleUploadedFile("a.png", worlds.picture())
            return encode_multipart(BOUNDARY, {"file": picture}), MULTIPART_CONTENT
        bodies = {SWAP: self.world.order(), "/v1/uploads/presign": {"content_type": "image/png", "bytes": 5}}
        return json.dumps(bodies.get(path, {})).encode() if method == "POST" else b"", "application/json"

    def path(self, route: Route) -> str:
        return route.path(self.things.get(route.template, ""))

    def call(self, route: Route, method: str) -> Answer:
        path = self.path(route)
        return self.world.api.request(method, path, *self.body(path, method))


def busy(world: World) -> Busy:
    worlds.grant(world.owner, 5000)
    return Busy(world, {template: make(world, world.api) for template, make in THINGS.items()})
