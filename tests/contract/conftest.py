from typing import Any

import pytest

from tests.world import Api

Document = dict[str, Any]


@pytest.fixture(scope="session")
def document() -> Document:
    """The OpenAPI document as it is served."""
    served: Document = Api().get("/v1/openapi.json").json()
    return served
