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


def parse(header: str | None) -> float | None:
    """A ``Retry-After`` header, in seconds or as an HTTP date."""
    if header is None:
        return None
    header = header.strip()
    if _SECONDS.fullmatch(header):
        return sane(float(header))
    return sane(_until(header))


def _until(header: str) -> float | None:
    try:
        moment = parsedate_to_datetime(header)
    except (ValueError, TypeError, OverflowError):
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - datetime.now(UTC)).total_seconds()
