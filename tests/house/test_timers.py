"""No timer but the job's alarm: an ETA blocks its queue at prefetch 1, and a retry dies with the broker."""

import ast

import pytest

from config.embedded.bootstrap import ROOT
from config.lint import sources

TIMES = {"eta", "countdown", "autoretry_for", "retry_backoff", "default_retry_delay"}
OF_CELERY = TIMES | {"max_retries"}
ROOMS = ("assets", "billing", "clients", "config", "workflows")


def timers(text: str) -> list[str]:
    """The words of Celery's own timers that a file uses."""
    return [word for node in ast.walk(ast.parse(text)) for word in words_of(node)]


def words_of(node: ast.AST) -> set[str]:
    """What of a call, a class, a dictionary of options or an import is banned."""
    if isinstance(node, ast.keyword):
        return {node.arg or ""} & OF_CELERY
    if isinstance(node, ast.Name):
        return {node.id} & OF_CELERY
    if isinstance(node, ast.Attribute):
        return {node.attr} & (OF_CELERY | {"retry", "Retry"})
    if isinstance(node, ast.alias):
        return {node.name} & {"Retry"}
    if isinstance(node, ast.Dict):
        # The transport's own options may say how often to connect again.
        return {str(key.value) for key in node.keys if isinstance(key, ast.Constant)} & TIMES
    return set()


@pytest.mark.parametrize("room", ROOMS)
def test_no_timer_but_the_jobs_alarm(room: str) -> None:
    used = {
        sources.shown(path): timers(path.read_text())
        for path in sources.files(".py")
        if path.relative_to(ROOT).parts[0] == room
    }
    assert used
    assert {path: words for path, words in used.items() if words} == {}


@pytest.mark.parametrize(
    "line",
    [
        "task.apply_async(eta=then)",
        "task.apply_async(countdown=5)",
        "task.apply_async(**{'countdown': 5})",
        "task.signature().set(countdown=5)",
        "shared_task(autoretry_for=(OSError,))",
        "shared_task(max_retries=3)",
        "class Ours(Task): autoretry_for = (OSError,)",
        "self.retry()",
        "dispatch_jobs.retry()",
        "from celery.exceptions import Retry",
        "raise celery.exceptions.Retry()",
        "app.conf.task_annotations = {'*': {'default_retry_delay': 5}}",
    ],
)
def test_a_timer_would_be_seen(line: str) -> None:
    assert timers(line) != []
