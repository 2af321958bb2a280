"""The Studio that the contract is tried on: any by its URL, else the reference one.

``STUDIO_CONTRACT_URL`` and ``STUDIO_CONTRACT_TOKEN`` name another; ``STUDIO_CONTRACT_CALLBACK_KEY`` is then
one of its signing keys as ``id:whsec_…``. How it reaches the pictures of the tests: ``../conftest.py``.
"""

import os

import pytest

from tests.studio_client import openapi, service


@pytest.fixture(scope="session")
def studio(request: pytest.FixtureRequest) -> service.Studio:
    url = os.environ.get("STUDIO_CONTRACT_URL")
    if url is None:
        started: service.Studio = request.getfixturevalue("reference")
        studio = service.Studio(started.url, started.token)
    else:
        key_id, _, secret = os.environ["STUDIO_CONTRACT_CALLBACK_KEY"].partition(":")
        studio = service.Studio(url.rstrip("/"), os.environ["STUDIO_CONTRACT_TOKEN"], (key_id, secret))
    studio.session.hooks["response"].append(openapi.check)
    return studio
