"""Each contract of the layering refuses what it is there to refuse."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from config.embedded.bootstrap import ROOT
from config.lint import sources

# A line that each contract refuses, and the file that it would stand in.
REFUSED = [
    ("clients/keys.py", "import billing.models", "Rooms look down"),
    ("billing/ledger.py", "import assets.models", "Rooms look down"),
    ("workflows/settle.py", "import workflows.dispatch", "Inside workflows"),
    ("billing/models.py", "import billing.ledger", "Inside billing"),
    ("workflows/settle.py", "import studio_client", "Only those who talk to Studio"),
    ("workflows/dispatch.py", "import studio_client.reference.app", "The reference Studio is a program"),
    ("studio_client/_wire.py", "import django", "The client of Studio stands alone"),
    ("workflows/follow.py", "import billing.ledger", "Money moves"),
    ("workflows/follow.py", "import celery", "Celery has one home"),
    ("workflows/accept.py", "import workflows.tasks", "The web process publishes nothing"),
    ("clients/keys.py", "import kombu", "The web process publishes nothing"),
]


@pytest.fixture(scope="session")
def copied(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sources, in which a line may be added."""
    folder = tmp_path_factory.mktemp("sources")
    for path in sources.files(".py"):
        there = folder / sources.shown(path)
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_text(path.read_text())
    (folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text())
    return folder


@pytest.mark.parametrize(("file", "line", "broken"), REFUSED)
def test_each_contract_can_fail(copied: Path, file: str, line: str, broken: str) -> None:
    before = (copied / file).read_text()
    (copied / file).write_text(f"{before}\n{line}\n")
    try:
        linted = subprocess.run(
            [str(Path(sys.executable).with_name("lint-imports")), "--cache-dir", "cache", "--no-logo"],
            cwd=copied,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        (copied / file).write_text(before)
    assert re.search(rf"^{re.escape(broken)}.* BROKEN", linted.stdout, re.MULTILINE), linted.stdout
