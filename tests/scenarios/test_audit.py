"""The audit on the whole stack: the scheduler's own, and with the real Studio's list."""

import json

import pytest

from config.embedded.stack import Stack, StackError
from tests import waiting
from tests.scenarios import calling
from tests.scenarios.conftest import NewStack


def test_the_scheduler_audits_while_it_works(new_stack: NewStack) -> None:
    stack = new_stack(AUDIT_EVERY_SECONDS="1")
    calling.new_client(stack)
    scheduler = stack.process("scheduler")
    waiting.until(lambda: scheduler.has_said('"event": "audited"'), 60)
    assert "audit_breach" not in scheduler.end_of_log()


def test_studio_agrees_with_the_book(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> None:
    client = calling.new_client(stack)
    samples = calling.pictures(tmp_path_factory.mktemp("samples"))
    jobs = [client.swap(client.body(picture)) for picture in (samples.subject, samples.no_subject)]
    for job_id in jobs:
        client.ended(job_id)
    report = json.loads(stack.run("audit", "--studio"))
    assert report["ok"]
    assert report["studio"]["listed"] >= 2
    assert report["studio"]["successes"] >= 1
    assert report["studio"]["not_checked"] == []


def test_without_studio_the_audit_says_that_it_did_not_ask(stack: Stack) -> None:
    client = calling.new_client(stack)
    stack.stop("studio")
    with pytest.raises(StackError, match="R6 not checked: the Studio of live"):
        stack.run("audit", "--studio")
    assert client.get("credits")["balance"] == 100
