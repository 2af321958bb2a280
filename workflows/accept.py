"""Accept: request log, job, first event, charge and idempotency row in one transaction; then the 202."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models.functions import Now
from django.http import HttpRequest

from billing import ledger
from clients import ulids
from clients.api import errors, requests
from workflows import alarms, events, idempotency, orders, patience, request_logs
from workflows.definitions.base import Workflow
from workflows.models import Job, JobEvent
from workflows.orders import Order
from workflows.statuses import JobStatus


@dataclass(frozen=True, slots=True)
class Answer:
    """The 202: its body as it was first written, and the job that it names."""

    body: str
    job_id: str
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class _Entry:
    """An order as it is about to be written down."""

    order: Order
    job_id: str
    key: idempotency.Key | None
    answer: str


def accept(workflow: Workflow, request: HttpRequest, body: Any) -> Answer:
    """Checks a request and takes it on. Raises ApiError, with nothing charged, for whatever it refuses."""
    known, caller = requests.known(request), requests.caller(request)
    known.log_columns = {"workflow": workflow.name}
    key = idempotency.of(caller, workflow.name, request.headers.get(idempotency.HEADER), body)
    known.log_columns["idempotency_key"] = key.key if key else None
    replay = _replay(request, key)
    if replay is not None:
        return replay
    order = orders.check(workflow, request, body)
    job_id = ulids.new()
    answer = _answer(known.request_id, job_id, order.credits_cost)
    try:
        with patience.of(order.account.id) as seconds:
            _write(_Entry(order, job_id, key, answer), request, seconds)
    except _KeyTaken:
        replay = _replay(request, key)
        if replay is None:
            raise errors.IdempotencyInProgress(retry_after=1) from None
        return replay
    except ledger.NotEnoughCredits as error:
        order.account.refresh_from_db()
        raise orders.insufficient(order.account.balance, order.credits_cost) from error
    except IntegrityError as error:
        if ledger.constraint_of(error) == "credit_account_open_jobs_limit":
            raise errors.TooManyJobsInFlight(retry_after=5) from error
        raise
    except (OperationalError, InterfaceError) as error:
        if patience.ran_out(error) or _is_refused(request):
            raise errors.ServiceUnavailable(retry_after=2) from error
    known.is_logged = True
    return Answer(answer, job_id)


def _is_refused(request: HttpRequest) -> bool:
    """What became of a COMMIT whose answer was lost.

    The refusal's row in the request log and the accept's have one id. The insert waits for a transaction that
    is still committing; if it finds the id taken, the job was accepted.
    """
    connection.close()
    try:
        with transaction.atomic(durable=True):
            refusal = errors.ServiceUnavailable()
            request_logs.write(
                request,
                status=refusal.status,
                error_code=refusal.code,
                error_message=str(refusal),
                **requests.known(request).log_columns,
            )
    except IntegrityError:
        return False
    except (OperationalError, InterfaceError) as error:
        raise errors.AcceptInDoubt(retry_after=5) from error
    requests.known(request).is_logged = True
    return True


class _KeyTaken(Exception):
    """Another request with the same Idempotency-Key was accepted while this one was being checked."""


def _replay(request: HttpRequest, key: idempotency.Key | None) -> Answer | None:
    first = idempotency.first(key) if key else None
    if key is None or first is None:
        return None
    requests.known(request).log_columns |= {"job_id": first.job_id, "replayed": True}
    return Answer(first.answer, first.job_id, replayed=True)


def _write(entry: _Entry, request: HttpRequest, patient_for: float) -> None:
    """One transaction, the account's row locked last. Nothing after its COMMIT may raise."""
    order, known = entry.order, requests.known(request)
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{patient_for:.0f}s'")
        _reserve(entry, patient_for)
        request_logs.write(
            request,
            status=202,
            job_id=entry.job_id,
            credits=order.credits_cost,
            workflow=order.workflow.name,
            idempotency_key=entry.key.key if entry.key else None,
        )
        events.append(entry.job_id, JobEvent.Type.QUEUED, message="Accepted and charged.")
        alarms.wake_scheduler()
        _create_job(entry, request)
        ledger.charge(
            order.account.id,
            order.credits_cost,
            job_id=entry.job_id,
            request_id=known.request_id,
            api_key_id=requests.caller(request).api_key.id,
            description=order.workflow.name,
        )


def _reserve(entry: _Entry, patient_for: float) -> None:
    if entry.key is None:
        return
    try:
        if not idempotency.reserve(entry.key, job_id=entry.job_id, answer=entry.answer):
            raise _KeyTaken
    except OperationalError as error:
        # Only who waited as long as was promised is told that the first request takes so long.
        if patience.ran_out(error) and patient_for == patience.LONG:
            raise errors.IdempotencyInProgress(retry_after=1) from error
        raise


def _create_job(entry: _Entry, request: HttpRequest) -> None:
    order, caller = entry.order, requests.caller(request)
    Job.objects.create(
        id=entry.job_id,
        client_id=caller.client.id,
        livemode=caller.livemode,
        account_id=order.account.id,
        api_key_id=caller.api_key.id,
        request_id=requests.known(request).request_id,
        workflow=order.workflow.name,
        credits_cost=order.credits_cost,
        pilot_brand=order.request.get("pilot_brand"),
        request=order.request,
        inputs=order.inputs,
        next_action_at=Now(),
        deadline_at=Now() + order.workflow.deadline(order.inputs),
    )


def _answer(request_id: str, job_id: str, credits_cost: int) -> str:
    fields = {
        "request_id": request_id,
        "job_id": job_id,
        "status": JobStatus.NOT_STARTED.value,
        "credits_cost": credits_cost,
    }
    return json.dumps(fields, separators=(",", ":"))
