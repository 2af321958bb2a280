"""What a client and staff do in the model-based test: half of its deeds."""

from collections.abc import Callable
from functools import partial

from django.db import IntegrityError, transaction
from hypothesis import stateful

from billing import ledger
from billing.models import CreditAccount
from clients import access
from clients.models import ApiKey, issue_key
from tests.lives import model_gateway
from tests.lives.model import Model
from tests.lives.model_gateway import Gateway
from tests.world import SWAP, Answer, Api
from workflows.models import WorkflowSetting


class Callers(stateful.RuleBasedStateMachine):
    """One client with its account, key and jobs; each verb does a thing to the gateway and to the model."""

    gateway: Gateway

    def __init__(self) -> None:
        super().__init__()
        self.world = self.gateway.new_world()
        self.owner, self.key = self.world.owner, self.world.owner.key
        self.model = Model(
            self.gateway.studio.status_of, model_gateway.has_picture, price=5, open_jobs_limit=1000
        )

    def count(self, what: str) -> None:
        self.gateway.happened[what] += 1

    def a_job(self, number: int) -> str:
        """One of them: first those that live, and of both the newest first."""
        ended = [job_id for job_id, job in self.model.jobs.items() if not job.is_live]
        return [*ended, *self.model.live][-1 - number % len(self.model.jobs)]

    def client(self, key: str | None, brand: str, shut_out: str | None, cancelled: int | None) -> None:
        """Orders and cancels; with a revoked key or while it is suspended, in vain."""
        if shut_out:
            self.shut_out(key, brand, revoked=shut_out == "revoked")
        if cancelled is not None and self.model.live:
            self.cancel(self.a_job(cancelled))
        self.order(key, brand)

    def order(self, key: str | None, brand: str) -> None:
        answer = self.ask(key, brand, self.key)
        status, code = self.model.judge(key, brand)
        assert (answer.status_code, _code(answer)) == (status, code)
        self.count(code or "accepted")
        if status == 202:
            self.accepted(key, brand, answer)

    def ask(self, key: str | None, brand: str, secret: str) -> Answer:
        headers = {"Idempotency_Key": key} if key else {}
        return Api(secret).post(SWAP, self.world.order(pilot_brand=brand), **headers)

    def accepted(self, key: str | None, brand: str, answer: Answer) -> None:
        text = answer.content.decode()
        assert answer.headers.get("Idempotent-Replayed") == ("true" if key in self.model.answers else None)
        if key in self.model.answers:
            assert text == self.model.answers[key][1]
            self.count("replayed")
            return
        assert answer.json()["credits_cost"] == self.model.price
        self.model.accept(answer.json()["job_id"])
        if key:
            self.model.answers[key] = (brand, text)

    def shut_out(self, key: str | None, brand: str, *, revoked: bool) -> None:
        """A revoked key or a suspended client gets nothing, not even a first answer again; jobs go on."""
        old = self.key
        if revoked:
            self.rotate_key()
        else:
            assert access.suspend(self.owner.client)
        answers = [self.ask(key, brand, old)]
        answers += [Api(old).request("POST", f"/v1/jobs/{job_id}/cancel") for job_id in self.model.live[:1]]
        refused = (401, "UNAUTHENTICATED") if revoked else (403, "CLIENT_SUSPENDED")
        assert {(answer.status_code, _code(answer)) for answer in answers} == {refused}
        self.count(refused[1])
        assert revoked or access.unsuspend(self.owner.client)

    def cancel(self, job_id: str) -> None:
        self.count("cancelled" if self.model.fail(job_id, "CANCELLED") else "not cancelled")
        answer = Api(self.key).request("POST", f"/v1/jobs/{job_id}/cancel")
        assert answer.status_code == (200 if self.model.jobs[job_id].code == "CANCELLED" else 409)

    def rotate_key(self) -> None:
        old = ApiKey.objects.get(client=self.owner.client, livemode=True, revoked_at=None)
        _, self.key = issue_key(self.owner.client, livemode=True)
        assert access.revoke(old)

    def staff(self, credits: int, source: str, price: int, limit: int) -> None:
        """A grant where a source is named, else an adjustment; and other terms from now on."""
        account, (by, approver) = self.owner.account(), self.gateway.staff
        if source:
            posted = self.model.grant(abs(credits), source)
            verb = partial(ledger.grant, account, abs(credits), source=source)
        else:
            posted = self.model.adjust(credits)
            verb = partial(ledger.adjust, account, credits, reason="it was", by=by, approved_by=approver)
        assert _goes_through(verb) == posted
        self.count("posted" if posted else "not posted")
        WorkflowSetting.objects.update_or_create(
            name=SWAP.removeprefix("/v1/"), defaults={"credits_cost": price}
        )
        CreditAccount.objects.filter(client=self.owner.client).update(open_jobs_limit=limit)
        self.model.price, self.model.open_jobs_limit = price, limit


def _goes_through(verb: Callable[[], ledger.Posted]) -> bool:
    try:
        with transaction.atomic():
            verb()
    except (IntegrityError, ledger.NotEnoughCredits):
        return False
    return True


def _code(answer: Answer) -> str | None:
    code: str | None = answer.json().get("error", {}).get("code")
    return code
