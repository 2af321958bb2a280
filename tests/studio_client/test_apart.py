"""The client and the reference Studio know nothing of each other, nor of Django."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2] / "studio_client"
CLIENT = sorted(ROOT.glob("*.py"))
REFERENCE = sorted(ROOT.glob("reference/**/*.py"))


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def test_the_client_does_not_import_the_reference() -> None:
    found = {
        path.name for path in CLIENT for name in imported(path) if name.startswith("studio_client.reference")
    }
    assert found == set()


def test_the_reference_does_not_import_the_client() -> None:
    ours = [
        (path.name, name) for path in REFERENCE for name in imported(path) if name.startswith("studio_client")
    ]
    assert len(ours) > 20
    assert [each for each in ours if not each[1].startswith("studio_client.reference")] == []


def test_neither_brings_in_django_or_celery() -> None:
    program = (
        "import sys, studio_client, studio_client.reference.app\n"
        "print(sorted({'django', 'celery', 'kombu', 'cv2', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT.parent
    )
    assert done.stdout.strip() == "[]"
