"""`docs/verify_ledger.py` on exports of real ledgers: whatever is changed in one, it says where."""

import ast
import json
import os
import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from billing import ledger
from config.embedded.bootstrap import ROOT
from tests import world as worlds
from tests.billing.api.test_entries_csv import PATH, export
from tests.world import Owner, World, dispatch

PROGRAM = ROOT / "docs" / "verify_ledger.py"
TEXT = "=Größe|5 €, 'so'\r\n;-1 \"x\""


@dataclass(frozen=True)
class Export:
    """A file of a client's, and what its name does not say."""

    file: Path
    client: str
    mode: str = "live"

    def run(self, **changes: str) -> "subprocess.CompletedProcess[str]":
        """The program alone: no package, no setting and no file of ours is in its reach."""
        asked = {"client": self.client, "mode": self.mode, **changes}
        options = [f"--{name}={value}" for name, value in asked.items()]
        return subprocess.run(
            [sys.executable, "-I", "-S", "-X", "utf8", str(PROGRAM), str(self.file), *options],
            cwd=self.file.parent,
            env={"PATH": os.defpath},
            capture_output=True,
            text=True,
            check=False,
        )

    def refused(self, **changes: str) -> str:
        """What it says of a file that is wrong."""
        done = self.run(**changes)
        assert (done.returncode, done.stdout) == (1, "")
        assert "Traceback" not in done.stderr
        return done.stderr

    def holds(self) -> str:
        done = self.run()
        assert (done.returncode, done.stderr) == (0, "")
        return done.stdout


@pytest.fixture
def owner(world: World) -> Owner:
    """A client whose ledger has every kind of entry, and texts that need care in CSV."""
    dispatch(world)
    worlds.fail(dispatch(world))
    ledger.grant(world.owner.account(), 10, source="promised", description=TEXT)
    by, approver = (get_user_model().objects.create(username=name) for name in ("first", "second"))
    ledger.adjust(world.owner.account(), -3, reason="-3 too many", by=by, approved_by=approver)
    ledger.adjust(world.owner.account(), 1, reason="@one", by=by, approved_by=approver)
    return world.owner


@pytest.fixture
def csv_export(owner: Owner, tmp_path: Path) -> Export:
    file = tmp_path / "entries.csv"
    file.write_bytes(export(owner.api))
    return Export(file, owner.client.id)


def answers(owner: Owner, limit: int) -> list[bytes]:
    """The pages of the JSON list as they came."""
    path: str | None = f"{PATH}?limit={limit}"
    found = []
    while path:
        answer = owner.api.get(path)
        found.append(answer.content)
        cursor = answer.json()["next_cursor"]
        path = cursor and f"{PATH}?limit={limit}&cursor={cursor}"
    return found


def ending(owner: Owner) -> str:
    account = owner.account()
    return f"balance {account.balance}, last hash {bytes(account.head_hash).hex()}"


def test_a_csv_as_it_came_is_right(csv_export: Export, owner: Owner) -> None:
    assert csv_export.holds() == f"7 entries are right; {ending(owner)}\n"


def test_the_other_mode_has_its_own_chain(csv_export: Export, owner: Owner) -> None:
    csv_export.file.write_bytes(export(owner.test_api))
    of_test = Export(csv_export.file, owner.client.id, "test")
    assert of_test.holds().startswith("1 entries are right; balance 100,")
    assert csv_export.refused().startswith("not verified: line 2: its hash is not")


def entries_of(pages: list[bytes]) -> list[dict[str, Any]]:
    return [entry for page in pages for entry in json.loads(page)["entries"]]


JSON_FORMS: dict[str, Callable[[list[bytes]], bytes]] = {
    "pages, one after the other": b"".join,
    "pages on lines": b"\r\n".join,
    "a list of pages": lambda pages: b"[" + b",".join(pages) + b"]",
    "a list of entries": lambda pages: json.dumps(entries_of(pages), indent=2).encode(),
}


@pytest.mark.parametrize("limit", [1, 3, 200])
@pytest.mark.parametrize("form", JSON_FORMS)
def test_json_as_it_came_is_right(owner: Owner, tmp_path: Path, form: str, limit: int) -> None:
    file = tmp_path / "entries"
    file.write_bytes(JSON_FORMS[form](answers(owner, limit)))
    assert Export(file, owner.client.id).holds() == f"7 entries are right; {ending(owner)}\n"


def test_another_client_or_mode_is_not_its_owner(csv_export: Export) -> None:
    stranger = worlds.new_owner().client.id
    for changes in ({"client": stranger}, {"mode": "test"}):
        assert csv_export.refused(**changes).startswith("not verified: line 2: its hash is not")


Lines = list[bytes]
EDITS: dict[str, tuple[Callable[[Lines], Lines], str]] = {
    "a missing line": (lambda lines: lines[:3] + lines[4:], "line 4: seq 4 where 3 belongs"),
    "no first line": (lambda lines: lines[:1] + lines[2:], "line 2: seq 2 where 1 belongs"),
    "a moved line": (
        lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]],
        "line 3: seq 3 where 2 belongs",
    ),
    "a line twice": (lambda lines: lines[:3] + lines[2:], "line 4: seq 2 where 3 belongs"),
    "no header": (lambda lines: lines[1:], "line 2: its columns do not have the form"),
    "half a line": (lambda lines: [*lines[:3], lines[3][:40]], "line 4: 5 columns where the header has 9"),
    "an empty line": (lambda lines: [*lines[:3], b"\r\n", *lines[3:]], "line 4: 0 columns"),
    "only a header": (lambda lines: lines[:1], "there is no entry in it"),
    "nothing": (lambda lines: [], "there is no entry in it"),
    "no quote at its end": (lambda lines: [*lines[:3], b'"'], "line 4: unexpected end of data"),
    "the API's refusal": (lambda lines: [b'{"error": {"code": "X"}}'], "entry 1 of the file: its columns"),
    "half a JSON": (lambda lines: [b'{"entries": ['], "Expecting value"),
    "a number": (lambda lines: [b"[5]"], "'int' object"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_file_is_refused_with_its_place(csv_export: Export, edit: str) -> None:
    change, said = EDITS[edit]
    lines = csv_export.file.read_bytes().splitlines(keepends=True)
    csv_export.file.write_bytes(b"".join(change(lines)))
    assert csv_export.refused().startswith(f"not verified: {said}")


def test_a_moved_and_a_missing_entry_are_found_in_json(owner: Owner, tmp_path: Path) -> None:
    file = tmp_path / "entries.json"
    entries = entries_of(answers(owner, 200))
    for changed in (entries[:2] + entries[3:], [entries[1], entries[0], *entries[2:]]):
        file.write_text(json.dumps(changed))
        assert ": an entry is missing, or not in its place" in Export(file, owner.client.id).refused()


@pytest.mark.parametrize(
    ("edit", "said"),
    [
        ({"amount": 101}, "balance_after 100 does not continue 0"),
        ({"amount": -100}, "its columns do not have the form"),
        ({"balance_after": 101}, "balance_after 101 does not continue 0"),
        ({"kind": "ADJUSTMENT"}, "its hash is not"),
        ({"kind": "GIFT"}, "its columns do not have the form"),
        ({"description": "another"}, "its hash is not"),
        ({"created_at": "2026-01-31T12:00:00.000000Z"}, "its hash is not"),
        ({"created_at": "2026-01-31T12:00:00Z"}, "its columns do not have the form"),
        ({"job_id": "01ARZ3NDEKTSV4RRFFQ69G5FAV"}, "its hash is not"),
        ({"hash": "0" * 64}, "its hash is not"),
        ({"hash": None}, "its hash is not"),
        ({"seq": "1 "}, "its columns do not have the form"),
    ],
    ids=str,
)
def test_an_edited_field_is_found(owner: Owner, tmp_path: Path, edit: dict[str, Any], said: str) -> None:
    file = tmp_path / "entries.json"
    entries = entries_of(answers(owner, 200))
    entries[-1] |= edit
    file.write_text(json.dumps(entries))
    assert Export(file, owner.client.id).refused().startswith(f"not verified: entry 7 of the file: {said}")


def test_text_moved_from_one_field_to_the_next_is_found(owner: Owner, tmp_path: Path) -> None:
    """Joined by `|` the two entries would be the same line."""
    file = tmp_path / "entries.json"
    entries = entries_of(answers(owner, 200))
    moved = next(entry for entry in entries if "|" in entry["description"])
    head, _, tail = moved["description"].partition("|")
    moved |= {"created_at": f"{moved['created_at']}|{head}", "description": tail}
    file.write_text(json.dumps(entries))
    assert "its columns do not have the form" in Export(file, owner.client.id).refused()


def test_every_flipped_bit_is_found_in_its_line(csv_export: Export) -> None:
    """In this process: a run of the program for each of the bits would take minutes."""
    verify = runpy.run_path(str(PROGRAM))["verify"]
    right = csv_export.file.read_bytes()
    assert len(right) > 1000
    for at in range(len(right)):
        # What ends a line also stands before the next one.
        lines = {_line_of_entry(right, at), _line_of_entry(right, at + 1)}
        for bit in range(8):
            csv_export.file.write_bytes(right[:at] + bytes([right[at] ^ 1 << bit]) + right[at + 1 :])
            with pytest.raises(ValueError) as refusal:
                verify(csv_export.file, csv_export.client, csv_export.mode)
            said = str(refusal.value)
            assert None in lines or said.startswith(tuple(f"line {line}:" for line in lines)), (at, bit, said)


def _line_of_entry(content: bytes, at: int) -> int | None:
    """Where the entry begins that a byte belongs to; None in the header."""
    lines = [*content.splitlines(), b"END,"]
    starts = [number for number, line in enumerate(lines, 1) if re.match(rb"[A-Z]+,", line)]
    line = content[:at].count(b"\n") + 1
    return max((start for start in starts if start <= line), default=None)


@pytest.mark.parametrize("at", [0.02, 0.3, 0.6, 0.99])
def test_the_program_ends_with_1_for_a_flipped_byte(csv_export: Export, at: float) -> None:
    content = bytearray(csv_export.file.read_bytes())
    content[int(len(content) * at)] ^= 1
    csv_export.file.write_bytes(content)
    assert csv_export.refused().startswith("not verified: ")


def test_a_file_that_is_not_there_is_named(csv_export: Export) -> None:
    csv_export.file.unlink()
    assert "entries.csv" in csv_export.refused()


def test_it_is_small_and_needs_nothing_but_an_old_python() -> None:
    text = PROGRAM.read_text()
    assert len(text.splitlines()) < 100
    tree = ast.parse(text, feature_version=(3, 9))
    imported = [alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names]
    imported += [str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    assert {name.partition(".")[0] for name in imported} <= sys.stdlib_module_names


def test_the_worked_example_of_the_docs_is_right(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "ledger.md").read_text()
    (example,) = re.findall(r"```csv\n(.*?)```", page, re.DOTALL)
    file = tmp_path / "entries.csv"
    file.write_text(example)
    (client,) = set(re.findall(r"--client (\w+)", page))
    assert Export(file, client).holds() in page
