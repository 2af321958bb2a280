import itertools
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.embedded.bootstrap import ROOT
from config.embedded.stack import Stack
from studio_client.reference import samples
from tests import servers
from tests.docs.shell import Shell

_numbers = itertools.count(1)
CURLRC = r"""
silent
show-error
max-time = 80
write-out = "%{stderr}status of this answer: %{http_code}\n"
"""


@pytest.fixture(scope="session")
def gateway() -> Iterator[Stack]:
    """What `manage.py run` serves."""
    folder = Path(os.environ[servers.RUN_FOLDER], "stack-docs")
    with Stack(folder, given=servers.environment_outside()) as running:
        yield running


@pytest.fixture
def new_shell(gateway: Stack, tmp_path: Path) -> Callable[[str], Shell]:
    """A folder as a newcomer has it: the project's programs, a photograph, and a new client."""
    if shutil.which("curl") is None:
        pytest.fail("These tests need curl: apt-get install curl.")

    def make(name: str) -> Shell:
        made = json.loads(gateway.run("create_client", f"{name} {next(_numbers)}", "--credits", "1000"))
        environment = {
            **gateway.environment,
            "PATH": f"{_programs(tmp_path)}:{os.environ['PATH']}",
            "CURL_HOME": str(tmp_path),
            "API_KEY": made["api_key"],
        }
        shell = Shell(tmp_path, gateway.url, environment)
        shell.become(made)
        return shell

    (tmp_path / ".curlrc").write_text(CURLRC)
    samples.write_subject(tmp_path / "cup.jpg")
    for file in ("manage.py", "docs/verify_ledger.py"):
        (tmp_path / Path(file).name).symlink_to(ROOT / file)
    return make


def _programs(folder: Path) -> Path:
    programs = folder / "bin"
    programs.mkdir()
    for name in ("python", "python3"):
        program = programs / name
        program.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
        program.chmod(0o755)
    return programs
