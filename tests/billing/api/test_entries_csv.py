"""GET /v1/credits/entries with `Accept: text/csv`."""

import csv
import io
import re
from collections.abc import Iterator

import pytest
from django.db import connection
from django.http import StreamingHttpResponse
from django.test.utils import CaptureQueriesContext
from hypothesis import example, given
from hypothesis import strategies as some

from billing import ledger
from billing.api import credits, entries_csv
from tests import world as worlds
from tests.world import Answer, Api, World, dispatch, faults, pages, refused

PATH = "/v1/credits/entries"


def export(api: Api) -> bytes:
    answer = api.get(PATH, Accept="text/csv")
    assert answer.status_code == 200, answer.content
    return body(answer)


def body(answer: Answer) -> bytes:
    assert isinstance(answer, StreamingHttpResponse)
    return b"".join(iter(answer))


def rows(api: Api) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(export(api).decode(), newline=""), strict=True))


def test_is_what_the_json_says_oldest_first(world: World) -> None:
    worlds.fail(dispatch(world))
    entries = [entry for page in pages(world.api, PATH, "entries", 2) for entry in page]
    as_text = [
        {name: "" if value is None else str(value) for name, value in entry.items()}
        for entry in reversed(entries)
    ]
    assert rows(world.api) == as_text
    assert [list(row) for row in as_text] == [list(credits.COLUMNS)] * 3


def test_is_a_file_with_a_name(world: World) -> None:
    answer = world.api.get(PATH, Accept="text/csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    client = world.owner.client.id
    assert answer["Content-Disposition"] == f'attachment; filename="ledger-{client}-live.csv"'
    assert "Accept" in answer["Vary"]
    assert b"\r\n" in body(answer)


def test_its_headers_say_what_its_last_line_has_to_be(world: World) -> None:
    worlds.fail(dispatch(world))
    answer = world.api.get(PATH, Accept="text/csv")
    last = list(csv.DictReader(io.StringIO(body(answer).decode(), newline="")))[-1]
    assert (last["seq"], last["hash"]) == (answer["Ledger-Entries"], answer["Ledger-Head"])


def test_an_empty_ledger_is_a_header(db: None) -> None:
    assert export(worlds.new_owner().api) == ",".join(credits.COLUMNS).encode() + b"\r\n"


def test_a_stranger_and_the_other_mode_see_only_their_own(world: World) -> None:
    dispatch(world)
    assert len(rows(world.api)) == 2
    assert len(rows(world.owner.test_api)) == 1
    (entry,) = rows(worlds.new_owner(credits=7).api)
    assert (entry["kind"], entry["amount"], entry["seq"]) == ("GRANT", "7", "1")


def test_is_streamed_in_parts_up_to_the_entry_that_was_the_last(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(entries_csv, "_ENTRIES_AT_ONCE", 2)
    for _ in range(4):
        worlds.grant(world.owner, 1)
    with CaptureQueriesContext(connection) as queries:
        answer = world.api.get(PATH, Accept="text/csv")
        worlds.grant(world.owner, 1)
        before = len(queries)
        parts = list(iter(as_stream(answer)))
        assert len(queries) - before == 2
    assert [part.count(b"\r\n") for part in parts] == [3, 2, 1]
    assert answer["Ledger-Entries"] == "5"


def as_stream(answer: Answer) -> Iterator[bytes]:
    assert isinstance(answer, StreamingHttpResponse)
    return iter(answer)


@pytest.mark.parametrize("query", ["limit=1", "cursor=2", "kind=GRANT"])
def test_takes_no_parameter_for_half_a_ledger_would_look_whole(world: World, query: str) -> None:
    def call() -> Answer:
        return world.api.get(f"{PATH}?{query}", Accept="text/csv")

    answer = refused(call, 422, "VALIDATION_ERROR", logged=False)
    assert faults(answer) == [(("query", query.partition("=")[0]), "extra_forbidden")]


@pytest.mark.parametrize(
    ("accept", "kind"),
    [
        ("text/csv", "text/csv"),
        ("text/*", "text/csv"),
        ("text/csv; charset=utf-8", "text/csv"),
        ("text/csv, */*;q=0.5", "text/csv"),
        ("application/json;q=0.5, text/csv", "text/csv"),
        ("application/json, text/csv;q=0.5", "application/json"),
        ("text/csv;q=0, */*", "application/json"),
        ("*/*", "application/json"),
        ("text/html,application/xml;q=0.9,*/*;q=0.8", "application/json"),
        ("image/png", "application/json"),
        ("text/csv; q*=nonsense'x'y", "application/json"),
        ("", "application/json"),
    ],
)
def test_is_answered_to_whoever_prefers_it(world: World, accept: str, kind: str) -> None:
    answer = world.api.get(PATH, Accept=accept)
    assert (answer.status_code, answer["Content-Type"].partition(";")[0]) == (200, kind)
    assert "Accept" in answer["Vary"]


def test_other_routes_have_one_format(world: World) -> None:
    assert world.api.get("/v1/credits", Accept="text/csv")["Content-Type"] == "application/json"


@pytest.mark.parametrize("key", [None, "sk_live_nobody"])
def test_a_refusal_is_json(world: World, key: str | None) -> None:
    refused(lambda: Api(key).get(PATH, Accept="text/csv"), 401, "UNAUTHENTICATED", logged=False)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\uff1d1", "'\uff1d1"),
        ("\t=1", "'\t'=1"),
        ("a;=1", "a;'=1"),
        ("a\n=1", "a\n'=1"),
        ('", =1', '", =1'),
        ("'=1", "''=1"),
        ("a - b = c", "a - b = c"),
        ("Größe, 5 €", "Größe, 5 €"),
    ],
)
def test_no_description_is_a_formula(world: World, text: str, shown: str) -> None:
    ledger.grant(world.owner.account(), 1, source="a reason", description=text)
    assert rows(world.api)[-1]["description"] == shown
    assert world.api.get(PATH).json()["entries"][0]["description"] == text


@given(some.text("=+-@',;\t\r\n a\uff1d\""))
@example("\t\t=")
@example("''")
def test_an_inert_text_has_no_formula_and_can_be_had_back(text: str) -> None:
    shown = entries_csv.inert(text)
    assert not any(cell.startswith(tuple("=+-@\uff1d")) for cell in re.split(r"[,;\t\r\n]", shown))
    assert re.sub(r"(?<![^,;\t\r\n])'", "", shown) == text


def test_times_are_those_that_were_hashed(world: World) -> None:
    for entry in (*rows(world.api), *world.api.get(PATH).json()["entries"]):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", entry["created_at"])
