"""The OpenAPI file and the reference Studio have the same routes and the same words."""

from pathlib import Path

from studio_client.reference import app, orders, settings
from studio_client.reference.studio import Studio
from tests.studio_client import openapi

SCHEMAS = openapi.DOCUMENT["components"]["schemas"]


def test_the_routes_are_the_same(tmp_path: Path) -> None:
    chosen = settings.read(["--data", str(tmp_path)], {"STUDIO_TOKEN": "t"})
    served = {
        (route.path, method)
        for route in app.routes(Studio(chosen), chosen)
        for method in route.methods or ()
        if method != "HEAD"
    }
    written = {
        (path, method.upper())
        for path, operations in openapi.DOCUMENT["paths"].items()
        for method in operations
        if method != "parameters"
    }
    assert served == written


def test_the_words_are_the_same() -> None:
    assert tuple(SCHEMAS["Order"]["properties"]["workflow"]["enum"]) == orders.WORKFLOWS
    assert tuple(SCHEMAS["Format"]["enum"]) == orders.FORMATS
    assert tuple(SCHEMAS["Output"]["properties"]["fit"]["enum"]) == orders.FITS
    assert SCHEMAS["Output"]["properties"]["width"]["maximum"] == orders.LONGEST_SIDE
