"""Wrong settings are refused at the start, in words."""

import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from studio_client.reference import settings
from tests.studio_client import service

ARGUMENTS = ["--data", "data"]


def test_settings_have_usual_values() -> None:
    chosen = settings.read(ARGUMENTS, {"STUDIO_TOKEN": "t"})
    assert (chosen.host, chosen.data, chosen.workers, chosen.queue_limit) == (
        "127.0.0.1",
        Path("data"),
        1,
        200,
    )
    assert (chosen.allow_private, dict(chosen.callback_keys)) == (frozenset(), {})
    assert chosen.rehearses is False


def test_lists_are_read() -> None:
    keys = "a:whsec_" + "A" * 32 + ", b:whsec_" + "B" * 32
    allowed = "127.0.0.1:8000, Web:9000,"
    chosen = settings.read(
        ARGUMENTS, {"STUDIO_TOKEN": "t", "STUDIO_CALLBACK_KEYS": keys, "STUDIO_ALLOW_PRIVATE": allowed}
    )
    assert set(chosen.callback_keys) == {"a", "b"}
    assert chosen.allow_private == {"127.0.0.1:8000", "web:9000"}


@pytest.mark.parametrize(
    ("environment", "named"),
    [
        ({}, "STUDIO_TOKEN"),
        ({"STUDIO_TOKEN": "t", "STUDIO_CALLBACK_KEYS": "a"}, "STUDIO_CALLBACK_KEYS"),
        ({"STUDIO_TOKEN": "t", "STUDIO_CALLBACK_KEYS": "a:whsec_a"}, "STUDIO_CALLBACK_KEYS"),
        ({"STUDIO_TOKEN": "t", "STUDIO_WORKERS": "0"}, "STUDIO_WORKERS"),
        ({"STUDIO_TOKEN": "t", "STUDIO_QUEUE_LIMIT": "many"}, "STUDIO_QUEUE_LIMIT"),
        ({"STUDIO_TOKEN": "t", "STUDIO_MEMORY_MB": "-5"}, "STUDIO_MEMORY_MB"),
        ({"STUDIO_TOKEN": "t", "STUDIO_REHEARSALS": "yes"}, "STUDIO_REHEARSALS"),
    ],
)
def test_a_wrong_setting_is_named(environment: dict[str, str], named: str) -> None:
    with pytest.raises(ValueError, match=named):
        settings.read(ARGUMENTS, environment)


def started(data: Path, port: int = 0, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "studio_client.reference", "--port", str(port), "--data", str(data)],
        env={**os.environ, "STUDIO_TOKEN": "t", **environment},
        cwd=service.ROOT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )


def test_a_taken_port_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        ended = started(tmp_path, taken.getsockname()[1])
    assert ended.returncode == 2
    assert "can't start" in ended.stderr


def test_an_engine_that_does_not_start_ends_studio(tmp_path: Path) -> None:
    ended = started(tmp_path, STUDIO_MEMORY_MB="64")
    assert ended.returncode == 1
    assert "the engine's process ended" in ended.stderr
