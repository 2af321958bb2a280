"""An order: what a valid request asks for, on the terms of the moment. Everything that a look-up can find out
is found out here, before a credit moves."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from billing.models import CreditAccount
from clients.api import errors, requests
from workflows import studios, terms
from workflows.definitions.base import Workflow


@dataclass(frozen=True, slots=True)
class Order:
    """A request that passed every check; `inputs` is what its ids stand for now."""

    workflow: Workflow
    account: CreditAccount
    terms: terms.Terms
    request: dict[str, Any]
    inputs: dict[str, Any]

    @property
    def credits_cost(self) -> int:
        return self.terms.credits_cost


@dataclass(frozen=True, slots=True)
class Words:
    """What a request says in its body and headers, and every fault of that; `limit` in credits."""

    request: dict[str, Any]
    inputs: dict[str, Any]
    limit: int | None
    faults: list[errors.Fault]


def examine(workflow: Workflow, request: HttpRequest, body: Any) -> Words:
    valid, faults = workflow.request(data=body).examine()
    limit, misread = terms.limit(request.headers.get(terms.LIMIT_HEADER))
    inputs, unknown = workflow.freeze(requests.caller(request), valid)
    return Words(valid, inputs, limit, [*faults, *unknown, *misread])


def check(workflow: Workflow, request: HttpRequest, body: Any) -> Order:
    """Raises ApiError for whatever is wrong with a request, all faults of its words at once."""
    caller = requests.caller(request)
    words = examine(workflow, request, body)
    if words.faults:
        raise errors.ValidationFailed(words.faults)
    now = terms.terms(workflow)
    if not now.enabled:
        raise errors.OperationDisabled(retry_after=60)
    studios.require(livemode=caller.livemode)
    account = CreditAccount.objects.for_client(caller).get()
    if account.open_jobs >= account.open_jobs_limit:
        raise errors.TooManyJobsInFlight(retry_after=5)
    _afford(now.credits_cost, words.limit, account.balance)
    return Order(workflow, account, now, words.request, words.inputs)


def insufficient(balance: int, cost: int) -> errors.InsufficientBalance:
    return errors.InsufficientBalance(
        f"This request costs {cost} credits and the balance is {balance}. "
        "Nothing was charged, no job was created."
    )


def _afford(cost: int, limit: int | None, balance: int) -> None:
    if limit is not None and cost > limit:
        raise errors.PriceAboveLimit(
            f"This request costs {cost} credits, more than the {limit} that {terms.LIMIT_HEADER} allows. "
            "Nothing was charged, no job was created."
        )
    if balance < cost:
        raise insufficient(balance, cost)
