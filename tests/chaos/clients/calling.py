"""One client of the gateway, over HTTP alone; what it is told goes into the journal first of all."""

import hashlib
import threading
from typing import Any

import requests

from tests.chaos.journal import Journal

TIMEOUT = 30.0
WORKFLOW = "background-swap-with-image"


class Calling:
    """`given` names the client: its key and mode; the journal says what each answer was."""

    def __init__(self, url: str, given: dict[str, Any], journal: Journal) -> None:
        self.url, self.name, self.client_id = url, str(given["name"]), str(given["client_id"])
        self.mode = str(given["mode"])
        self.body: dict[str, Any] = {}
        self._journal = journal
        self._local = threading.local()
        self._headers = {"Authorization": f"Bearer {given['api_key']}"}

    def ask(self, method: str, path: str, **more: Any) -> requests.Response | None:
        """The answer, or None where none came whole."""
        headers = {**self._headers, **more.pop("headers", {})}
        try:
            answer = self._session().request(
                method, f"{self.url}{path}", headers=headers, timeout=TIMEOUT, **more
            )
        except requests.RequestException:
            return None
        if answer.status_code >= 500:
            self._journal.write("refused", client=self.name, path=path, **_read(answer))
        return answer

    def order(self, label: str, key: str | None, **other: Any) -> requests.Response | None:
        """POST one order; every answer is written down, and every lack of one."""
        headers = {"Idempotency-Key": key} if key else {}
        told: dict[str, Any] = {"client": self.name, "label": label, "key": key, "other": bool(other)}
        answer = self.ask(
            "POST", f"/v1/{WORKFLOW}", json={**self.body, "pilot_brand": label, **other}, headers=headers
        )
        if answer is None:
            self._journal.write("no answer", **told)
        elif answer.status_code == 202:
            digest = hashlib.sha256(answer.content).hexdigest()
            self._journal.write("accepted", **told, sha256=digest, **answer.json())
        else:
            self._journal.write("not accepted", **told, **_read(answer))
        return answer

    def job(self, job_id: str) -> dict[str, Any] | None:
        """How a job stands, written down once it has ended."""
        answer = self.ask("GET", f"/v1/jobs/{job_id}")
        if answer is None or answer.status_code != 200:
            return None
        job: dict[str, Any] = answer.json()
        if job["finished_at"]:
            self.saw(job)
        return job

    def saw(self, job: dict[str, Any]) -> None:
        error = job["error"] or {}
        self._journal.write(
            "saw",
            client=self.name,
            job_id=job["public_id"],
            status=job["status"],
            label=job["pilot_brand"],
            code=error.get("code"),
            net=job["credits"]["net"],
        )

    def cancel(self, job_id: str) -> None:
        answer = self.ask("POST", f"/v1/jobs/{job_id}/cancel")
        status = answer.status_code if answer is not None else 0
        self._journal.write("cancelled", client=self.name, job_id=job_id, status=status)

    def fetch(self, job: dict[str, Any]) -> bool:
        """Fetch the picture of a job, by whatever way there is; False where the gateway did not answer."""
        place = None
        if job["result"]:
            place = job["result"]["artifacts"][0]["image_url"]
        else:
            render = self.ask("GET", f"/v1/renders/{job['public_id']}")
            if render is None or render.status_code >= 500:
                return False
            place = render.json().get("image_url") if render.status_code == 200 else None
        if place:
            return self._download(job["public_id"], place)
        return True

    def _download(self, job_id: str, place: str) -> bool:
        try:
            answer = self._session().get(place, timeout=TIMEOUT)
        except requests.RequestException:
            return False
        if answer.status_code == 200:
            digest = hashlib.sha256(answer.content).hexdigest()
            self._journal.write("picture", client=self.name, job_id=job_id, sha256=digest)
        return answer.status_code == 200

    def _session(self) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = self._local.session = requests.Session()
            session.trust_env = False
        return session


def _read(answer: requests.Response) -> dict[str, Any]:
    """What an answer that is not 2xx says, as far as it can be read."""
    try:
        error = answer.json()["error"]
    except (ValueError, KeyError, TypeError):
        error = {}
    return {
        "status": answer.status_code,
        "retry_after": answer.headers.get("Retry-After"),
        "code": error.get("code"),
        "charged": error.get("charged", "unsaid"),
        "request_id": error.get("request_id"),
    }
