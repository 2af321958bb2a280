"""Accept: request log, job, first event, charge and idempotency row in one transaction; then the 202."""

import json
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, InterfaceError, OperationalError, connection, transaction
from django.db.models.functions import Now
from django.http import HttpRequest

from billing import ledger
from billing.models import CreditAccount
from clients import ulids
from clients.api import errors, requests
from workflows import alarms, events, idempotency, patience, request_logs, studios, terms
from workflows.definitions.base import Workflow
from workflows.models import Job, JobEvent
from workflows.statuses import JobStatus


@dataclass(frozen=True, slots=True)
class Answer:
    """The 202: its body as it was first written, and the job that it names."""

    body: str
    job_id: str
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class _Order:
    """A request that passed every check and has only to be written."""

    job_id: str
    workflow: Workflow
    account: CreditAccount
    credits_cost: int
    request: dict[str, Any]
    inputs: dict[str, Any]
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
    order = _check(workflow, request, body, key)
    try:
        with patience.of(order.account.id) as seconds:
            _write(order, request, seconds)
    except _KeyTaken:
        replay = _replay(request, key)
        if replay is None:
            raise errors.IdempotencyInProgress(retry_after=1) from None
        return replay
    except ledger.NotEnoughCredits as error:
        order.account.refresh_from_db()
        raise _insufficient(order.account.balance, order.credits_cost) from error
    except IntegrityError as error:
        if ledger.constraint_of(error) == "credit_account_open_jobs_limit":
            raise errors.TooManyJobsInFlight(retry_after=5) from error
        raise
    except (OperationalError, InterfaceError) as error:
        if patience.ran_out(error) or _is_refused(request):
            raise errors.ServiceUnavailable(retry_after=2) from error
    known.is_logged = True
    return Answer(order.answer, order.job_id)


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


def _check(workflow: Workflow, request: HttpRequest, body: Any, key: idempotency.Key | None) -> _Order:
    """Everything that a look-up can find out, before a credit moves."""
    caller = requests.caller(request)
    valid, faults = workflow.request(data=body).examine()
    limit, misread = terms.limit(request.headers.get(terms.LIMIT_HEADER))
    inputs, unknown = workflow.freeze(caller, valid)
    if faults or unknown or misread:
        raise errors.ValidationFailed([*faults, *unknown, *misread])
    now = terms.terms(workflow)
    if not now.enabled:
        raise errors.OperationDisabled(retry_after=60)
    studios.require(livemode=caller.livemode)
    account = CreditAccount.objects.for_client(caller).get()
    _afford(now.credits_cost, limit, account.balance)
    job_id = ulids.new()
    answer = _answer(requests.known(request).request_id, job_id, now.credits_cost)
    return _Order(job_id, workflow, account, now.credits_cost, valid, inputs, key, answer)


def _afford(cost: int, limit: int | None, balance: int) -> None:
    if limit is not None and cost > limit:
        raise errors.PriceAboveLimit(
            f"This request costs {cost} credits, more than the {limit} that {terms.LIMIT_HEADER} allows. "
            "Nothing was charged, no job was created."
        )
    if balance < cost:
        raise _insufficient(balance, cost)


def _write(order: _Order, request: HttpRequest, patient_for: float) -> None:
    """One transaction, the account's row locked last. Nothing after its COMMIT may raise."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(f"SET LOCAL lock_timeout = '{patient_for:.0f}s'")
        _reserve(order, patient_for)
        request_logs.write(
            request,
            status=202,
            job_id=order.job_id,
            credits=order.credits_cost,
            workflow=order.workflow.name,
            idempotency_key=order.key.key if order.key else None,
        )
        events.append(order.job_id, JobEvent.Type.QUEUED, message="Accepted and charged.")
        alarms.wake_scheduler()
        _create_job(order, request)
        ledger.charge(
            order.account.id,
            order.credits_cost,
            job_id=order.job_id,
            request_id=requests.known(request).request_id,
            api_key_id=requests.caller(request).api_key.id,
            description=order.workflow.name,
        )


def _reserve(order: _Order, patient_for: float) -> None:
    if order.key is None:
        return
    try:
        if not idempotency.reserve(order.key, job_id=order.job_id, answer=order.answer):
            raise _KeyTaken
    except OperationalError as error:
        # Only who waited as long as was promised is told that the first request takes so long.
        if patience.ran_out(error) and patient_for == patience.LONG:
            raise errors.IdempotencyInProgress(retry_after=1) from error
        raise


def _create_job(order: _Order, request: HttpRequest) -> None:
    caller = requests.caller(request)
    Job.objects.create(
        id=order.job_id,
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
        deadline_at=Now() + order.workflow.deadline,
    )


def _insufficient(balance: int, cost: int) -> errors.InsufficientBalance:
    return errors.InsufficientBalance(
        f"This request costs {cost} credits and the balance is {balance}. "
        "Nothing was charged, no job was created."
    )


def _answer(request_id: str, job_id: str, credits_cost: int) -> str:
    fields = {
        "request_id": request_id,
        "job_id": job_id,
        "status": JobStatus.NOT_STARTED.value,
        "credits_cost": credits_cost,
    }
    return json.dumps(fields, separators=(",", ":"))
