"""The servers that tests of Studio's HTTP side share."""

import os
from collections.abc import Iterator

import pytest

from tests.studio_client import files, service


@pytest.fixture(scope="session")
def caller() -> Iterator[files.Files]:
    """The caller's pictures, uploads and callbacks.

    For a Studio elsewhere: ``STUDIO_CONTRACT_FILES_PORT`` is where to listen on loopback and
    ``STUDIO_CONTRACT_FILES_URL`` how that Studio reaches it.
    """
    port = int(os.environ.get("STUDIO_CONTRACT_FILES_PORT", "0"))
    with files.serving(port, os.environ.get("STUDIO_CONTRACT_FILES_URL")) as serving:
        yield serving


@pytest.fixture(scope="session")
def reference(caller: files.Files, tmp_path_factory: pytest.TempPathFactory) -> Iterator[service.Studio]:
    """One reference Studio for all tests that do it no harm. It rehearses for those that ask."""
    folder = tmp_path_factory.mktemp("studio")
    with service.running(folder, caller.address, STUDIO_REHEARSALS="1") as studio:
        yield studio
