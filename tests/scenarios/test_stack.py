"""What `manage.py run` promises of its processes."""

import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path

import pytest
import requests

from config.embedded.bootstrap import ROOT
from config.embedded.stack import Stack, StackError
from tests import servers, waiting


def _healthy(stack: Stack) -> bool:
    return requests.get(f"{stack.url}/healthz", timeout=20).status_code == HTTPStatus.OK


def _manage(stack: Stack, *arguments: str) -> subprocess.CompletedProcess[str]:
    """As somebody would type it beside the running stack, who says nothing but where the data lies."""
    return subprocess.run(
        [sys.executable, ROOT / "manage.py", *arguments, "--data", stack.folders.data],
        env={**servers.environment_outside(), "GATEWAY_EMBEDDED": "1"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", ["web", "worker", "scheduler", "studio", "valkey"])
def test_a_killed_part_comes_back(stack: Stack, name: str) -> None:
    process = stack.process(name)
    before = process.pid
    process.kill()
    waiting.until(lambda: process.pid != before and process.is_alive())
    stack.wait_until_ready(name)
    assert _healthy(stack)


def test_requests_wait_while_the_web_starts_again(stack: Stack) -> None:
    stack.stop("web")
    with ThreadPoolExecutor(1) as pool:
        asked = pool.submit(_healthy, stack)
        stack.start("web")
        assert asked.result()


def test_a_second_run_on_the_same_data_is_refused(stack: Stack) -> None:
    second = _manage(stack, "run", "--port", "0")
    assert second.returncode == 1
    assert second.stdout == ""
    assert "is served already, by" in second.stderr


def test_a_port_in_use_is_said_so(stack: Stack, tmp_path: Path) -> None:
    port = int(stack.url.rpartition(":")[2])
    with pytest.raises(StackError, match=f"Port {port} cannot be used .* choose another with --port"):
        Stack(tmp_path, port, servers.environment_outside()).__enter__()


def test_a_command_joins_the_running_stack(stack: Stack) -> None:
    made = _manage(stack, "create_client", "Shop", "--credits", "3")
    assert made.returncode == 0, made.stderr
    key = json.loads(made.stdout)["api_key"]
    answer = requests.get(f"{stack.url}/v1/credits", headers={"Authorization": f"Bearer {key}"}, timeout=20)
    assert answer.status_code == HTTPStatus.OK
    assert stack.process("web").is_alive()
