"""Quotes: what a request would cost, found out by the checks of a real one, with nothing taken on."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest

from billing.models import CreditAccount
from clients.api import requests
from workflows import idempotency, orders, terms
from workflows.definitions.base import Workflow


@dataclass(frozen=True, slots=True)
class Quote:
    """Credits that the request would cost and leave, and until when that price can't rise."""

    credits_cost: int
    balance_after: int
    price_holds_until: datetime


def quote(workflow: Workflow, request: HttpRequest, body: Any) -> Quote:
    """Raises ApiError for all that a real request would be refused for. To repeat one that was accepted costs
    nothing, here as there."""
    known, caller = requests.known(request), requests.caller(request)
    known.log_columns = {"workflow": workflow.name}
    key = idempotency.of(caller, workflow.name, request.headers.get(idempotency.HEADER), body)
    if key is not None and idempotency.first(key) is not None:
        account = CreditAccount.objects.for_client(caller).get()
        return Quote(0, account.balance, terms.terms(workflow).price_holds_until)
    order = orders.check(workflow, request, body)
    cost = order.credits_cost
    return Quote(cost, order.account.balance - cost, order.terms.price_holds_until)
