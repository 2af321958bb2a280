"""Redocly's and Stoplight's linters have nothing to say against the document."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.openapi.conftest import DOCUMENT, Linters

Lint = Callable[[Linters, Path], list[str]]
LINTERS = pytest.mark.parametrize("lint", [Linters.redocly, Linters.spectral], ids=["redocly", "spectral"])


@LINTERS
def test_the_document_is_clean(linters: Linters, lint: Lint) -> None:
    assert lint(linters, DOCUMENT) == []


@LINTERS
@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("credits_cost: 5\n", "credits_cost: five\n"),
        ("#/components/schemas/JobList'", "#/components/schemas/JobHeap'"),
        ("operationId: get_job\n", "operationId: list_jobs\n"),
    ],
    ids=["an example that its schema refuses", "a reference to nothing", "one id for two operations"],
)
def test_a_mistake_is_seen(linters: Linters, lint: Lint, right: str, wrong: str, tmp_path: Path) -> None:
    text = DOCUMENT.read_text()
    assert right in text
    broken = tmp_path / "openapi.yaml"
    broken.write_text(text.replace(right, wrong))
    assert lint(linters, broken) != []
