"""`manage.py bench` from end to end, on sizes too small to say anything about speed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import registry
from config.embedded.bootstrap import ROOT
from tests import servers


@pytest.fixture
def temporary() -> Path:
    """Where the benchmarks make their folder: a place that PostgreSQL's user can reach."""
    worker = os.environ.get("PYTEST_XDIST_WORKER", "gw0")
    folder = Path(os.environ[servers.RUN_FOLDER], f"bench-{worker}")
    folder.mkdir(exist_ok=True)
    folder.chmod(0o711)
    return folder


def bench(temporary: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", "bench", *arguments],
        env={**servers.environment_outside(), "TMPDIR": str(temporary)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_benchmark_is_listed() -> None:
    assert set(registry.benchmarks()) == {"audit", "broker", "reads"}
    for benchmark in registry.benchmarks().values():
        assert benchmark.about
        assert benchmark.passes >= 5


def test_the_audit(temporary: Path) -> None:
    done = bench(temporary, "audit", "--size", "500", "--passes", "1", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert set(report["ratios"]) == {
        "audit.incremental / scan of the same rows",
        "audit.full / scan of the same rows",
    }
    assert all(ratio > 0 for ratio in report["ratios"].values())
    figures = report["benchmarks"]["audit"]["figures"]
    assert set(figures) == {"incremental", "full", "scan of the new", "scan of all"}
    assert figures["full"]["unit"] == "s per million entries"
    assert len(figures["full"]["values"]) == 1
    assert "500 new entries of 1,000" in report["benchmarks"]["audit"]["running"]
    assert list(temporary.iterdir()) == []


def test_the_broker(temporary: Path) -> None:
    done = bench(temporary, "broker", "--size", "8", "--passes", "2")
    assert done.returncode == 0, done.stderr
    assert "broker: pass 2 of 2" in done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("broker: gunicorn")
    assert "no worker, no Studio" in lines[0]
    assert [line.split("  ")[0] for line in lines[2:4]] == [
        "p99 ended / up (ratio)",
        "p99 frozen / up (ratio)",
    ]
    assert lines[2].endswith(" 1.20")
    assert list(temporary.iterdir()) == []


def test_the_reads(temporary: Path) -> None:
    done = bench(temporary, "reads", "--size", "2000", "--passes", "1", "--json")
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert {"reads.p99, job, many / few", "reads.p99, request logs, status of few, many / few"} <= set(
        report["ratios"]
    )
    assert all(ratio > 0 for ratio in report["ratios"].values())
    assert "1,000 and 2,000 jobs and request logs" in report["benchmarks"]["reads"]["running"]
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nothing"], "there is no 'nothing'; there are: audit, broker, reads"),
        (["--size", "0"], "no whole number"),
    ],
)
def test_what_it_does_not_know_it_refuses(temporary: Path, arguments: list[str], said: str) -> None:
    refused = bench(temporary, *arguments)
    assert refused.returncode == 2
    assert said in refused.stderr
