"""What the demo does, step by step."""

import contextlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from config.demo import job, proof, sheet
from config.demo.api import Api
from config.demo.commandline import manage
from config.demo.failure import DemoFailed
from config.demo.places import Places, shown
from config.demo.screen import BOLD, GREEN, Screen
from config.embedded import stack
from studio_client.reference import samples

FIRST_CREDITS = 100
# The cup is seen from above: a background with a horizon would show it.
SUITS = "Sage studio"


@dataclass(frozen=True)
class Choice:
    """What both requests ask for: an entry of the catalogue and an output preset, as the API showed them."""

    background: dict[str, Any]
    preset: dict[str, Any]


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
        with contextlib.closing(Api(self._stack.url, self._create_client(), self._screen)) as api:
            self._record["answers"] = api.answers
            pictures = samples.write_samples(self._where.made)
            choice = self._choose(api)
            swap = self._swap(api, pictures.subject, choice)
            refusal = self._refuse(api, pictures.no_subject, choice)
            self._look_into_ledger(api, swap, refusal)
            self._audit()
            self._draw(api, choice, swap, refusal)

    def _create_client(self) -> str:
        """The new client's live key."""
        words = [
            "create_client",
            f"Demo {datetime.now(UTC):%Y-%m-%d %H:%M:%S}",
            "--credits",
            str(FIRST_CREDITS),
        ]
        with self._screen.step("client", f"Create a client with {FIRST_CREDITS} credits"):
            self._screen.command(manage(*words, "--data", shown(self._where.data)))
            client = json.loads(self._stack.run(*words))
            self._record["client"] = {name: client[name] for name in ("client_id", "name", "storage_prefix")}
            self._screen.facts({name: client[name] for name in ("client_id", "api_key", "storage_prefix")})
        return str(client["api_key"])

    def _choose(self, api: Api) -> Choice:
        with self._screen.step("catalogue", "Choose a background and an output preset"):
            backgrounds = api.get("/v1/catalog/backgrounds", body_shown=False)["backgrounds"]
            self._screen.table(
                ["public_id", "name", "description"], [_background(one) for one in backgrounds]
            )
            presets = api.get("/v1/output-presets", body_shown=False)["output_presets"]
            self._screen.table(["name", " pixels", "format"], [_preset(one) for one in presets])
            suiting = [one for one in backgrounds if one["spec"]["display_name"] == SUITS]
            choice = Choice((suiting or backgrounds)[0], presets[0])
            names = f"{choice.background['spec']['display_name']}, {choice.preset['name']}"
            self._screen.line(f"The choice: {names}", BOLD)
        return choice

    def _swap(self, api: Api, picture: Path, choice: Choice) -> job.Followed:
        with self._screen.step("upload", "Upload a picture"):
            upload = api.upload(picture)
        with self._screen.step("accept", "Ask for another background"):
            self._credits["before"] = api.get("/v1/credits")["balance"]
            swap = job.send(api, picture, _request(upload, choice))
            self._credits["after_charge"] = swap.charged["balance"]
        with self._screen.step("follow", "Watch it happen"):
            self._follow(api, "swap", swap)
            proof.ended_as("SUCCESS", swap)
            self._fetch(api, swap, choice)
        return swap

    def _refuse(self, api: Api, picture: Path, choice: Choice) -> job.Followed:
        with self._screen.step("refusal", "The same with a picture in which there is no subject"):
            upload = api.upload(picture)
            refusal = job.send(api, picture, _request(upload, choice))
            self._credits["after_second_charge"] = refusal.charged["balance"]
            self._follow(api, "refusal", refusal)
            proof.ended_as("FAILURE", refusal)
            self._credits["end"] = api.get("/v1/credits")["balance"]
        return refusal

    def _follow(self, api: Api, name: str, followed: job.Followed) -> None:
        job.follow(api, self._screen, followed)
        self._record[name] = followed.told()
        state = followed.state
        facts = {"status": state["status"]}
        for group in ("credits", "error"):
            facts |= {f"{group} {name}": value for name, value in (state[group] or {}).items()}
        self._screen.facts(facts)

    def _fetch(self, api: Api, swap: job.Followed, choice: Choice) -> None:
        self._screen.command(api.curl("GET", swap.render["image_url"], to=self._where.result))
        content = api.fetch(swap.render["image_url"])
        self._where.result.write_bytes(content)
        meta = swap.render["meta"]
        proof.is_the_render(content, meta, choice.preset)
        size = f"{meta['width']} x {meta['height']} pixels, {meta['bytes'] / 1000:.0f} kB"
        self._screen.line(f"{shown(self._where.result)}: {size}")

    def _look_into_ledger(self, api: Api, swap: job.Followed, refusal: job.Followed) -> None:
        with self._screen.step("ledger", "Look into the ledger"):
            entries = api.get("/v1/credits/entries", body_shown=False)["entries"][::-1]
            self._record["ledger"] = entries
            headings = [" seq", "kind", " amount", " balance", "job", "description"]
            self._screen.table(headings, [_entry(one) for one in entries])
            proof.refunded_once(entries, refusal)
            proof.adds_up(self._credits, FIRST_CREDITS, swap, refusal)

    def _audit(self) -> None:
        with self._screen.step("audit", "Audit the whole book"):
            self._screen.command(manage("audit", "--data", shown(self._where.data)))
            try:
                report = json.loads(self._stack.run("audit"))
            except stack.StackError as error:
                raise DemoFailed(f"The audit did not pass. {error}") from error
            self._record["audit"] = report
            counted = ", ".join(f"{report[name]} {name}" for name in ("accounts", "entries", "jobs"))
            self._screen.line(f"{counted}: no breach of rules R1 to R5", BOLD, GREEN)

    def _draw(self, api: Api, choice: Choice, swap: job.Followed, refusal: job.Followed) -> None:
        with self._screen.step("sheet", "Put the pictures on one sheet"):
            pictures = sheet.Pictures(
                source=swap.source,
                background=api.fetch(choice.background["image_url"]),
                result=self._where.result,
                refused=refusal.source,
            )
            name = choice.background["spec"]["display_name"]
            sheet.draw(
                self._where.sheet,
                pictures=pictures,
                background=name,
                swap=swap,
                refusal=refusal,
                ledger=self._record["ledger"],
            )
            self._screen.line(shown(self._where.sheet))


def _request(upload: dict[str, Any], choice: Choice) -> dict[str, object]:
    return {
        "source_image_s3_key": upload["upload_key"],
        "background_image_public_id": choice.background["public_id"],
        "output_preset": choice.preset["name"],
        "pilot_brand": "demo",
    }


def _background(one: dict[str, Any]) -> list[str]:
    return [one["public_id"], one["spec"]["display_name"], one["description"]]


def _preset(one: dict[str, Any]) -> list[str]:
    return [one["name"], f"{one['width']} x {one['height']}", one["format"]]


def _entry(one: dict[str, Any]) -> list[str]:
    numbers = [str(one["seq"]), one["kind"], f"{one['amount']:+d}", str(one["balance_after"])]
    return [*numbers, one["job_id"] or "", one["description"]]
