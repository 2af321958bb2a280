"""What a run came to, for people and for programs."""

import json
from collections.abc import Iterator
from dataclasses import asdict

from tests.chaos.storm import Outcome


def as_json(outcome: Outcome) -> str:
    return json.dumps(asdict(outcome), indent=1)


def as_text(outcome: Outcome) -> str:
    return "\n".join(_lines(outcome))


def _lines(outcome: Outcome) -> Iterator[str]:
    seconds = outcome.seconds
    jobs, kills = sum(outcome.jobs.values()), sum(outcome.kills.values())
    yield ""
    yield from _table(f"{jobs} jobs", outcome.jobs)
    yield from _table(f"{kills} kills, by process", outcome.killed)
    yield from _table("by the line that came next", outcome.kills)
    yield from _table(f"{sum(outcome.faults.values())} faults of what is around", outcome.faults)
    yield from _table("and besides", outcome.others)
    yield from _table("what the clients wrote down", outcome.answers)
    storm = seconds["storm"]
    yield f"{jobs / storm:.1f} jobs/s and {60 * kills / storm:.0f} kills a minute in {storm:.0f} s of storm;"
    yield f"{outcome.samples} snapshots of the books; " + ", ".join(
        f"{k} {v:g} s" for k, v in seconds.items()
    )
    asked = outcome.plan
    yield (
        f"Again: python3 manage.py chaos --seed {asked.seed} --jobs {asked.jobs} --rate {asked.rate:g}"
        f" --broker {asked.broker}{'' if asked.stormy else ' --calm'}"
    )
    yield f"{len(outcome.violations)} violations" + ("." if not outcome.violations else ":")
    yield from (f"  {violation}" for violation in outcome.violations[:50])


def _table(title: str, rows: dict[str, int]) -> Iterator[str]:
    yield f"{title}:"
    for name, count in sorted(rows.items(), key=lambda row: (-row[1], row[0])):
        yield f"  {count:6d}  {name}"
