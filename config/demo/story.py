"""What the demo does, step by step, and what must be true after each."""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from config.demo import job, sheet
from config.demo.api import Api
from config.demo.commandline import manage
from config.demo.failure import DemoFailed
from config.demo.places import Places, shown
from config.demo.screen import BOLD, GREEN, Screen
from config.embedded import stack
from studio_client.reference import samples

FIRST_CREDITS = 100


class Story:
    """One run of the demo on a stack that is up. `record` fills with what demo.json will hold."""

    def __init__(self, running: stack.Stack, where: Places, screen: Screen, record: dict[str, Any]) -> None:
        self._stack = running
        self._where = where
        self._screen = screen
        self._record = record
        self._credits: dict[str, int] = record.setdefault("credits", {})

    def tell(self) -> None:
        """All of it. Raises DemoFailed at the first thing that is not as it must be."""
        api = Api(self._stack.url, self._meet(), self._screen)
        self._record["answers"] = api.answers
        pictures = samples.write_samples(self._where.made)
        background, preset = self._choose(api)
        swap = self._swap(api, pictures, background, preset)
        refusal = self._refuse(api, pictures, background, preset)
        self._ledger(api, refusal)
        self._audit()
        self._draw(api, background, swap, refusal)

    def _meet(self) -> str:
        """The new client's live key."""
        name = f"Demo {datetime.now(UTC):%Y-%m-%d %H:%M:%S}"
        with self._screen.step("client", f"Create a client with {FIRST_CREDITS} credits"):
            words = ["create_client", name, "--credits", str(FIRST_CREDITS)]
            self._screen.command(manage(*words, "--data", shown(self._where.data)))
            client = json.loads(self._stack.run(*words))
            self._record["client"] = {"client_id": client["client_id"], "name": name}
            self._screen.facts({name: client[name] for name in ("client_id", "api_key", "storage_prefix")})
        return str(client["api_key"])

    def _choose(self, api: Api) -> tuple[dict[str, Any], dict[str, Any]]:
        with self._screen.step("catalogue", "Choose a background and an output preset"):
            backgrounds = api.get("/v1/catalog/backgrounds", body_shown=False)["backgrounds"]
            rows = [[entry["public_id"], entry["spec"]["display_name"], entry["description"]] for entry in backgrounds]
            self._screen.table(["public_id", "name", "description"], rows)
            presets = api.get("/v1/output-presets", body_shown=False)["output_presets"]
            sizes = [[entry["name"], f"{entry['width']} x {entry['height']}", entry["format"]] for entry in presets]
            self._screen.table(["name", " pixels", "format"], sizes)
        return backgrounds[0], presets[0]

    def _swap(
        self, api: Api, pictures: samples.Samples, background: dict[str, Any], preset: dict[str, Any]
    ) -> job.Followed:
        with self._screen.step("upload", "Upload a picture"):
            upload = api.upload(pictures.subject)
        with self._screen.step("accept", "Ask for its background to be swapped"):
            self._credits["before"] = api.get("/v1/credits")["balance"]
            swap = job.send(api, pictures.subject, upload["upload_key"], background["public_id"], preset["name"])
            self._credits["after_charge"] = swap.charged["balance"]
        with self._screen.step("follow", "Watch it happen"):
            job.follow(api, self._screen, swap)
            self._record["swap"] = swap.told()
            self._expect(swap, "SUCCESS")
            self._fetch(api, swap, preset)
        return swap

    def _fetch(self, api: Api, swap: job.Followed, preset: dict[str, Any]) -> None:
        final = next(made for made in swap.state["result"]["artifacts"] if made["role"] == "final")
        self._screen.command(api.curl("GET", final["image_url"], to=self._where.result))
        content = api.fetch(final["image_url"])
        self._where.result.write_bytes(content)
        meta = final["meta"]
        if hashlib.sha256(content).hexdigest() != meta["sha256"]:
            raise DemoFailed(f"{self._where.result} is not the picture whose SHA-256 the job names.")
        if (meta["width"], meta["height"]) != (preset["width"], preset["height"]):
            raise DemoFailed(f"The result has {meta['width']} x {meta['height']} pixels, not the preset's size.")
        size = f"{meta['width']} x {meta['height']} pixels, {meta['bytes'] / 1000:.0f} kB"
        self._screen.line(f"{shown(self._where.result)}: {size}")

    def _refuse(
        self, api: Api, pictures: samples.Samples, background: dict[str, Any], preset: dict[str, Any]
    ) -> job.Followed:
        with self._screen.step("refusal", "The same with a picture in which there is no subject"):
            upload = api.upload(pictures.no_subject)
            refusal = job.send(api, pictures.no_subject, upload["upload_key"], background["public_id"], preset["name"])
            self._credits["after_second_charge"] = refusal.charged["balance"]
            job.follow(api, self._screen, refusal)
            self._record["refusal"] = refusal.told()
            self._expect(refusal, "FAILURE")
            self._credits["end"] = api.get("/v1/credits")["balance"]
        return refusal

    def _expect(self, followed: job.Followed, status: str) -> None:
        state = followed.state
        facts = {"status": state["status"], **{f"credits {name}": n for name, n in state["credits"].items()}}
        error = state["error"] or {}
        facts |= {f"error {name}": value for name, value in error.items()}
        self._screen.facts(facts)
        if state["status"] != status:
            why = f" ({error['code']}: {error['message']})" if error else ""
            raise DemoFailed(f"Job {followed.job_id} ended as {state['status']}{why}; it should end as {status}.")

    def _ledger(self, api: Api, refusal: job.Followed) -> None:
        with self._screen.step("ledger", "Look into the ledger"):
            entries = api.get("/v1/credits/entries", body_shown=False)["entries"][::-1]
            self._record["ledger"] = entries
            rows = [
                [
                    str(entry["seq"]),
                    entry["kind"],
                    f"{entry['amount']:+d}",
                    str(entry["balance_after"]),
                    entry["job_id"] or "",
                    entry["description"],
                ]
                for entry in entries
            ]
            self._screen.table([" seq", "kind", " amount", " balance", "job", "description"], rows)
        cost = refusal.accepted.body["credits_cost"]
        refunds = [entry["amount"] for entry in entries if entry["kind"] == "REFUND"]
        if refunds != [cost] or entries[-1]["job_id"] != refusal.job_id:
            raise DemoFailed(f"The refused job cost {cost} credits; the ledger's refunds are {refunds}.")
        spent = [self._credits[name] for name in ("before", "after_charge", "after_second_charge", "end")]
        if spent != [FIRST_CREDITS, FIRST_CREDITS - cost, FIRST_CREDITS - 2 * cost, FIRST_CREDITS - cost]:
            raise DemoFailed(f"The balance went {spent}, which is not what the jobs cost.")

    def _audit(self) -> None:
        with self._screen.step("audit", "Audit the whole book"):
            self._screen.command(manage("audit", "--data", shown(self._where.data)))
            try:
                report = json.loads(self._stack.run("audit"))
            except stack.StackError as error:
                raise DemoFailed(f"The audit did not pass. {error}") from error
            self._record["audit"] = report
            counted = ", ".join(f"{report[name]} {name}" for name in ("accounts", "entries", "jobs"))
            self._screen.line(f"{counted}: no breach of rules R1 to R5.", GREEN, BOLD)

    def _draw(self, api: Api, background: dict[str, Any], swap: job.Followed, refusal: job.Followed) -> None:
        with self._screen.step("sheet", "Put the pictures on one sheet"):
            sheet.draw(
                self._where.sheet,
                sheet.Pictures(
                    source=swap.source,
                    background=api.fetch(background["image_url"]),
                    result=self._where.result,
                    refused=refusal.source,
                ),
                background["spec"]["display_name"],
                swap,
                refusal,
                self._record["ledger"],
            )
            self._screen.line(shown(self._where.sheet))
