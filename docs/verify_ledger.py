"""Verify an export of a credit ledger: `python verify_ledger.py FILE --client 01… --mode live`.

FILE is what `GET /v1/credits/entries` answered: CSV, or JSON pages one after the other. An entry's `hash` is
the SHA-256, in hex, of this line in UTF-8, where an id that is null is empty:
    previous|seq|kind|amount|balance_after|job_id|request_id|created_at|description
`previous` is the hash of the entry before; for the first entry it is the SHA-256 of `credits|CLIENT|MODE`. In
a CSV's descriptions an apostrophe stands before what a spreadsheet could take for a formula; it is no part of
the text. Exit code 0 if all is right, 1 if not, with the first line that is wrong. Needs Python 3.9 alone.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

COLUMNS = ("seq", "kind", "amount", "balance_after", "job_id", "request_id", "created_at", "description")
ULID = r"([0-7][0-9A-HJKMNP-TV-Z]{25})?"
MOVE = r"((GRANT|REFUND)\|[1-9]\d*|CHARGE\|-[1-9]\d*|ADJUSTMENT\|-?[1-9]\d*)"
TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z"
FORM = re.compile(rf"\d+\|{MOVE}\|\d+\|{ULID}\|{ULID}\|{TIME}", re.ASCII)


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def from_csv(text: Iterable[str]) -> Iterator[tuple[str, dict[str, str]]]:
    rows, line = csv.reader(text, strict=True), 1
    try:
        header, line = next(rows, []), 2
        for row in rows:
            if len(row) != len(header):
                raise csv.Error(f"{len(row)} columns where the header has {len(header)}")
            entry = {name: row[at] for at, name in enumerate(header)}
            plain = re.sub(r"(?<![^,;\t\r\n])'", "", entry.get("description", ""))
            yield f"line {line}", {**entry, "description": plain}
            line = rows.line_num + 1
    except csv.Error as error:
        raise ValueError(f"line {line}: {error}") from error


def from_json(text: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Whole answers, or lists of entries; newest first, as the API has them."""
    entries, at = list[dict[str, object]](), 0
    while at < len(text):
        page, at = json.JSONDecoder().raw_decode(text, at)
        for part in page if isinstance(page, list) else [page]:
            entries += part.get("entries", [part])
        while text[at : at + 1].isspace():
            at += 1
    for at in reversed(range(len(entries))):
        entry = {name: "" if value is None else str(value) for name, value in entries[at].items()}
        yield f"entry {at + 1} of the file", entry


def fault(entry: dict[str, str], seq: int, balance: int, previous: str) -> str | None:
    """What is wrong with an entry that must have this seq and come after this balance and hash."""
    content = [entry.get(name, "missing") for name in COLUMNS]
    if not FORM.fullmatch("|".join(content[:-1])):
        return "its columns do not have the form of an entry, or the amount not the sign of its kind"
    if entry["seq"] != str(seq):
        return f"seq {entry['seq']} where {seq} belongs: an entry is missing, or not in its place"
    if entry["balance_after"] != str(balance + int(entry["amount"])):
        return f"balance_after {entry['balance_after']} does not continue {balance}"
    right = entry.get("hash") == sha256("|".join([previous, *content]))
    return None if right else "its hash is not that of its content and the entry before"


def verify(file: Path, client: str, mode: str) -> str:
    """What the ledger ends with. Raises ValueError that names the first wrong entry."""
    seq, balance, previous = 0, 0, sha256(f"credits|{client}|{mode}")
    with file.open(encoding="utf-8", errors="surrogateescape", newline="") as text:
        is_json = text.read(1) in {"{", "["}
        text.seek(0)
        for place, entry in from_json(text.read().strip()) if is_json else from_csv(text):
            if wrong := fault(entry, seq + 1, balance, previous):
                raise ValueError(f"{place}: {wrong}")
            seq, balance, previous = seq + 1, int(entry["balance_after"]), entry["hash"]
    if not seq:
        raise ValueError("there is no entry in it")
    return f"{seq} entries are right; balance {balance}, last hash {previous}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Verifies an export of a credit ledger.")
    parser.add_argument("file", type=Path)
    parser.add_argument("--client", required=True, help="the client_id of GET /v1/me")
    parser.add_argument("--mode", required=True, choices=["live", "test"])
    try:
        sys.stdout.write(verify(**vars(parser.parse_args())) + "\n")
    except (AttributeError, OSError, TypeError, ValueError) as error:
        sys.exit(f"not verified: {error}")
