"""How long Studio asks us to wait, in seconds; nonsense is ignored and patience is capped."""

import math
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

CAP_S = 300.0
_ABSURD_S = 86_400.0
_SECONDS = re.compile(r"\d{1,9}(\.\d{1,6})?", re.ASCII)


def sane(value: object) -> float | None:
    """``value`` as seconds, at most 300; ``None`` when it is no number, negative, or more than a day."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    if not 0 <= value <= _ABSURD_S or math.isnan(value):
        return None
    return min(float(value), CAP_S)


def parse(header: str | None, date: str | None = None) -> float | None:
    """A ``Retry-After`` header, in seconds or as an HTTP date.

    ``date`` is the ``Date`` header of the same answer: a date is worth what the clock of its writer says, for
    ours may be wrong.
    """
    if header is None:
        return None
    header = header.strip()
    if _SECONDS.fullmatch(header):
        return sane(float(header))
    moment = _moment(header)
    if moment is None:
        return None
    now = None if date is None else _moment(date)
    return sane((moment - (now or datetime.now(UTC))).total_seconds())


def _moment(http_date: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(http_date.strip())
    except (ValueError, TypeError, OverflowError):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
