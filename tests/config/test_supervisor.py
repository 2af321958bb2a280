"""The supervisor over small children: up again after a death, in order at the end, none left by a kill."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.embedded.bootstrap import ROOT
from config.embedded.process import Process
from config.embedded.supervisor import Supervisor
from tests import waiting

# Says its own number and that of a child of its own, which knows nothing of leashes.
FAMILY = """
import subprocess, sys, time
child = subprocess.Popen(["sleep", "300"])
print("ready", child.pid, flush=True)
time.sleep(300)
"""
# A supervisor with one child; says the child's number and waits to be killed.
SUPERVISED = """
import os, sys, time
from pathlib import Path
from config.embedded.process import Process
from config.embedded.supervisor import Supervisor
supervisor = Supervisor(print)
child = Process("child", ["sleep", "300"], os.environ, Path.cwd(), Path(sys.argv[1]))
supervisor.start(child)
print(child.pid, flush=True)
time.sleep(300)
"""


@pytest.fixture
def said() -> list[str]:
    return []


@pytest.fixture
def supervisor(said: list[str]) -> Iterator[Supervisor]:
    supervisor = Supervisor(said.append)
    yield supervisor
    supervisor.close([["first", "second"]])


def _process(folder: Path, name: str = "first", command: tuple[str, ...] = ("sleep", "300")) -> Process:
    return Process(name, command, os.environ, folder, folder / f"{name}.log", patience=5)


def _is_gone(pid: int) -> bool:
    try:
        return "\nState:\tZ" in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return True


def test_who_dies_is_started_again(supervisor: Supervisor, tmp_path: Path, said: list[str]) -> None:
    process = _process(tmp_path)
    supervisor.start(process)
    before = process.pid
    process.kill()
    waiting.until(lambda: process.pid != before and process.is_alive())
    assert said == ["first ended (signal 9); starting again in 0.25 s"]


def test_who_dies_again_and_again_waits_longer(
    supervisor: Supervisor, tmp_path: Path, said: list[str]
) -> None:
    supervisor.start(_process(tmp_path, command=("false",)))
    waiting.until(lambda: len(said) >= 3)
    assert [line.split(" in ")[1] for line in said[:3]] == ["0.25 s", "0.5 s", "1 s"]


def test_who_is_stopped_stays_stopped_until_started(
    supervisor: Supervisor, tmp_path: Path, said: list[str]
) -> None:
    process, other = _process(tmp_path), _process(tmp_path, "second")
    supervisor.start(process)
    supervisor.start(other)
    supervisor.stop("first")
    other.kill()
    waiting.until(lambda: said and other.is_alive())
    assert not process.is_alive()
    supervisor.start(process)
    assert process.is_alive()


def test_all_end_in_the_order_that_was_asked(tmp_path: Path) -> None:
    script = "trap 'echo $0 >> ended; exit' TERM; echo ready; while :; do sleep 0.05; done"
    names = ["first", "second", "third"]
    supervisor = Supervisor(print)
    processes = [_process(tmp_path, name, ("sh", "-c", script, name)) for name in names]
    for process in processes:
        supervisor.start(process)
    waiting.until(lambda: all(process.has_said("ready") for process in processes))
    supervisor.close([["second"], ["third"], ["first"]])
    assert (tmp_path / "ended").read_text().split() == ["second", "third", "first"]


def test_who_does_not_listen_is_killed_with_its_children(supervisor: Supervisor, tmp_path: Path) -> None:
    process = _process(tmp_path, command=(sys.executable, "-c", "import signal\n" + FAMILY))
    process.patience = 0.2
    supervisor.start(process)
    waiting.until(lambda: process.has_said("ready"))
    grandchild = int(process.end_of_log().split()[-1])
    process.pause()
    supervisor.stop("first")
    assert not process.is_alive()
    waiting.until(lambda: _is_gone(grandchild))


def test_children_of_one_who_died_do_not_stay(supervisor: Supervisor, tmp_path: Path) -> None:
    process = _process(tmp_path, command=(sys.executable, "-c", FAMILY))
    supervisor.start(process)
    waiting.until(lambda: process.has_said("ready"))
    grandchild = int(process.end_of_log().split()[-1])
    process.kill()
    waiting.until(lambda: _is_gone(grandchild))


def test_a_killed_supervisor_leaves_nobody(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SUPERVISED, str(tmp_path / "log")]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as killed:
        assert killed.stdout is not None
        child = int(killed.stdout.readline())
        assert not _is_gone(child)
        killed.send_signal(signal.SIGKILL)
    waiting.until(lambda: _is_gone(child))


def test_a_log_that_grew_is_put_aside(tmp_path: Path) -> None:
    process = _process(tmp_path)
    process.log.write_bytes(b"x" * (20 * 1024 * 1024 + 1))
    process.bound_log()
    assert process.log.stat().st_size == 0
    assert (tmp_path / "first.log.1").stat().st_size > 20 * 1024 * 1024
