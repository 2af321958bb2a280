"""A whole ledger as CSV: what `docs/verify_ledger.py` reads, and what a spreadsheet opens."""

import csv
import io
import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse

from billing.models import CreditAccount, LedgerEntry

MEDIA_TYPE = "text/csv; charset=utf-8"
# What the last line has to say: how many entries there are, and the hash of the last.
ENTRIES_HEADER, HEAD_HEADER = "Ledger-Entries", "Ledger-Head"
_ENTRIES_AT_ONCE = 1000
# Where a cell begins, also for a spreadsheet that takes semicolons or tabs as separators, and what would make
# it a formula: the signs of ASCII and of full width. Quotes are no protection: what is in them is computed.
_FORMULA = re.compile(r"(?<![^,;\t\r\n])(?=[=+\-@\uff1d\uff0b\uff0d\uff20\t\r'])")


def answer(
    account: CreditAccount, columns: Iterable[str], row: Callable[[LedgerEntry], dict[str, Any]]
) -> StreamingHttpResponse:
    """All entries that an account has now, oldest first; memory does not grow with their number.

    If the database goes away in the middle the connection is cut: a chunked answer then lacks its end, and
    any has fewer entries than its headers say.
    """
    parts = _parts(account, list(columns), row)
    # Before the answer begins: what fails until here is a refusal like any other.
    begin = next(parts) + next(parts, b"")
    return StreamingHttpResponse(
        itertools.chain([begin], parts), content_type=MEDIA_TYPE, headers=_headers(account)
    )


def inert(text: str) -> str:
    """Free text that no spreadsheet computes: an apostrophe stands before what could begin a formula.

    One also stands before an apostrophe in such a place, so that taking one away there gives the text back.
    """
    return _FORMULA.sub("'", text)


def _headers(account: CreditAccount) -> dict[str, str]:
    mode = "live" if account.livemode else "test"
    name = f"ledger-{account.client_id}-{mode}.csv"
    return {
        "Content-Disposition": f'attachment; filename="{name}"',
        "Vary": "Accept",
        ENTRIES_HEADER: str(account.seq),
        HEAD_HEADER: bytes(account.head_hash).hex(),
    }


def _parts(
    account: CreditAccount, columns: list[str], row: Callable[[LedgerEntry], dict[str, Any]]
) -> Iterator[bytes]:
    """Entries are final and have no gap, so pages by `seq` show one state without an open transaction."""
    yield _encoded([columns])
    for seq in range(0, account.seq, _ENTRIES_AT_ONCE):
        entries = account.entries.filter(seq__gt=seq, seq__lte=min(seq + _ENTRIES_AT_ONCE, account.seq))
        rows = map(row, entries.order_by("seq"))
        yield _encoded([_cell(name, shown[name]) for name in columns] for shown in rows)


def _cell(name: str, value: Any) -> Any:
    return inert(value) if name == "description" else value


def _encoded(rows: Iterable[list[Any]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
