"""The API against its own document, by schemathesis: no 5xx, no status or field that the document lacks.

`SCHEMATHESIS_CASES=5000` asks for more cases than CI has time for, `SCHEMATHESIS_SEED` for others:

    SCHEMATHESIS_CASES=5000 python3 manage.py test tests/fuzz -n 0
"""

import os
import sys

import pytest

from tests import routes
from tests.clients.test_routes import NEEDS, OPEN
from tests.fuzz import campaign
from tests.fuzz.conftest import Shop
from workflows import audit

CASES = int(os.environ.get("SCHEMATHESIS_CASES", "500"))
SEED = int(os.environ.get("SCHEMATHESIS_SEED", "1"))
EXAMPLES = 5 if CASES <= 500 else 40


def test_every_answer_is_as_described(shop: Shop, capsys: pytest.CaptureFixture[str]) -> None:
    report = campaign.Report()
    seed = SEED
    while report.cases.total() < CASES and not report.failures:
        campaign.run(shop, report, examples=EXAMPLES, seed=seed)
        seed += 1
    with capsys.disabled():
        sys.stdout.write(f"\n{report}\n")
    assert report.failures == {}, report
    assert not any(status >= 500 for status in report.statuses)
    assert report.operations == {
        f"{method} {routes.as_openapi(route)}"
        for route in routes.public()
        if NEEDS[route.template] != OPEN
        for method in route.methods
    }
    assert {200, 201, 202, 401, 404, 405, 422} <= set(report.statuses), report
    assert report.steps, report
    assert audit.audit().breaches == []
