"""The connection is cut after every single statement of each step of a job's life, one after the other.

Whatever was cut has happened whole or not at all; when the step is made again, the job ends as if nothing
had been.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
import pytest
from django.db import InterfaceError, OperationalError, connection

from tests import databases
from tests.lives import breakage
from tests.lives.conftest import World
from tests.lives.scripted_studio import ScriptedStudio, error
from workflows import audit, dispatch, follow, settle

Step = Callable[[str], object]
MOST_STATEMENTS = 60


class Cut:
    """Ends the session after so many statements; `made` counts them."""

    def __init__(self, after: int) -> None:
        self.after, self.made = after, 0

    def __call__(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        answer = execute(sql, params, many, context)
        self.made += 1
        if self.made == self.after:
            pid = connection.connection.info.backend_pid
            owner_url = databases.Database(connection.settings_dict["NAME"]).owner_url
            with psycopg.connect(owner_url, autocommit=True) as owner:
                owner.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
        return answer


@contextmanager
def cut(after: int) -> Iterator[Cut]:
    made = Cut(after)
    with connection.execute_wrapper(made), suppress(OperationalError, InterfaceError):
        yield made
    connection.close()


def sent(world: World, studio: ScriptedStudio) -> str:
    job_id = world.accept()
    dispatch.dispatch(job_id)
    return job_id


def overdue(world: World, studio: ScriptedStudio) -> str:
    job_id = sent(world, studio)
    breakage.spoil(job_id, "deadline_at = now()")
    return job_id


def done(world: World, studio: ScriptedStudio) -> str:
    job_id = sent(world, studio)
    studio.says(job_id, "SUCCESS", outputs=[world.deliver(job_id)])
    return job_id


def done_at_once(world: World, studio: ScriptedStudio) -> str:
    job_id = world.accept()
    studio.says(job_id, "SUCCESS", outputs=[world.deliver(job_id)])
    return job_id


def without_picture(world: World, studio: ScriptedStudio) -> str:
    job_id = sent(world, studio)
    studio.says(job_id, "SUCCESS", outputs=[])
    return job_id


def refused(world: World, studio: ScriptedStudio) -> str:
    studio.submit = (422, {"error": error("no_subject")})
    return world.accept()


def failed(world: World, studio: ScriptedStudio) -> str:
    job_id = sent(world, studio)
    studio.fails(job_id, "no_subject")
    return job_id


def worth_a_retry(world: World, studio: ScriptedStudio) -> str:
    job_id = sent(world, studio)
    studio.fails(job_id, "engine_timeout")
    return job_id


def sweep(job_id: str) -> None:
    follow.follow([job_id])


def submit_and_sweep(job_id: str) -> None:
    dispatch.dispatch(job_id)
    sweep(job_id)


def expire(job_id: str) -> None:
    settle.expire()


CASES: dict[str, tuple[Callable[[World, ScriptedStudio], str], Step, str, list[str]]] = {
    "submit": (lambda world, _: world.accept(), dispatch.dispatch, "IN_PROGRESS", ["queued", "stage"]),
    "submit, done at once": (
        done_at_once,
        submit_and_sweep,
        "SUCCESS",
        ["queued", "stage", "succeeded"],
    ),
    "submit, refused": (refused, dispatch.dispatch, "NO_SUBJECT", ["queued", "failed"]),
    "sweep, done": (done, sweep, "SUCCESS", ["queued", "stage", "succeeded"]),
    "sweep, without a picture": (without_picture, sweep, "RESULT_MISSING", ["queued", "stage", "failed"]),
    "sweep, failed": (failed, sweep, "NO_SUBJECT", ["queued", "stage", "failed"]),
    "sweep, worth a retry": (worth_a_retry, sweep, "IN_PROGRESS", ["queued", "stage"]),
    "cancel": (sent, settle.cancel, "CANCELLED", ["queued", "stage", "failed"]),
    "deadline": (overdue, expire, "DEADLINE_EXCEEDED", ["queued", "stage", "failed"]),
}


@pytest.mark.parametrize("case", CASES)
def test_cut_after_any_statement(world: World, studio: ScriptedStudio, case: str) -> None:
    prepare, step, end, events = CASES[case]
    cuts = 0
    for after in range(1, MOST_STATEMENTS):
        studio.submit = (201, None)
        job_id = prepare(world, studio)
        with cut(after) as made:
            step(job_id)
        assert audit.audit().breaches == []
        assert world.job(job_id).is_live or world.events(job_id)[-1] in ("succeeded", "failed")
        world.ring(job_id)
        step(job_id)
        job = world.job(job_id)
        assert (job.error_code or job.status, world.events(job_id)) == (end, events)
        assert world.kinds(job_id) == (["CHARGE", "REFUND"] if job.error_code else ["CHARGE"])
        settle.cancel(job_id)
        if made.made < after:
            break
        cuts += 1
    assert audit.audit().breaches == []
    # Each step writes: to be cut between reads alone would prove little.
    assert 4 <= cuts < MOST_STATEMENTS - 1
