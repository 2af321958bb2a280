"""Three seeds of the storm, as `manage.py chaos` runs them: no promise is broken."""

import json
import subprocess
import sys

import pytest

from config.embedded import leash
from config.embedded.bootstrap import ROOT
from tests import servers


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_no_promise_is_broken(seed: int) -> None:
    command = leash.command([sys.executable, "-m", "tests.chaos", "--seed", str(seed), "--json"])
    done = subprocess.run(
        command, cwd=ROOT, env=servers.environment_outside(), capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    outcome = json.loads(done.stdout)
    assert outcome["violations"] == [], done.stderr
    # A calm day would prove nothing.
    assert sum(outcome["jobs"].values()) >= 100, outcome
    assert outcome["jobs"]["SUCCESS"] >= 10, outcome
    assert sum(outcome["kills"].values()) >= 12, outcome
    assert len(outcome["kills"]) >= 5, outcome
    assert len(outcome["faults"]) >= 4, outcome
