"""How single values look in the back office. What clients wrote is escaped and kept to its own line."""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

EMPTY = "–"


def ulid(text: str | None) -> SafeString | str:
    return format_html('<code class="bo-ulid">{}</code>', text) if text else EMPTY


def code(text: str | None) -> SafeString | str:
    return format_html('<code class="bo-code">{}</code>', text) if text else EMPTY


def clip(text: str) -> SafeString:
    """One line, cut at its end; the whole text on hover."""
    return format_html('<bdi class="bo-clip" title="{}">{}</bdi>', text, text or EMPTY)


def badge(text: object, tone: str = "plain") -> SafeString:
    """`tone`: plain, good, bad, warn, info."""
    return format_html('<span class="bo-badge bo-{}">{}</span>', tone, text)


def mode(livemode: bool | None) -> SafeString | str:
    if livemode is None:
        return EMPTY
    return badge("live", "info") if livemode else badge("test")


def link(view: str, key: Any, text: object) -> SafeString:
    """A link to an object's page: `view` like `clients_client_change`."""
    return format_html('<a class="bo-link" href="{}">{}</a>', reverse(f"admin:{view}", args=[key]), text)


def ulid_link(view: str, key: str | None) -> SafeString | str:
    return link(view, key, ulid(key)) if key else EMPTY


def listing(view: str, query: str, text: str) -> SafeString:
    """A link to a filtered list."""
    return format_html('<a class="bo-link" href="{}?{}">{}</a>', reverse(f"admin:{view}"), query, text)


def credits(amount: int | None, *, signed: bool = False) -> SafeString | str:
    if amount is None:
        return EMPTY
    text = f"{amount:+,}" if signed else f"{amount:,}"
    tone = "" if not signed else " bo-in" if amount > 0 else " bo-out"
    return format_html('<span class="bo-number{}">{}</span>', tone, text.replace("-", "−"))


def moment(at: datetime | None) -> SafeString | str:
    """A time in UTC, to the second; to the millisecond on hover."""
    if at is None:
        return EMPTY
    utc = at.astimezone(UTC)
    exact = utc.isoformat(sep=" ", timespec="milliseconds")
    return format_html('<time class="bo-number" title="{}">{}</time>', exact, f"{utc:%Y-%m-%d %H:%M:%S}")


def milliseconds(count: int) -> SafeString:
    return duration(timedelta(milliseconds=count))


def duration(span: timedelta | None) -> SafeString:
    return format_html('<span class="bo-number">{}</span>', EMPTY if span is None else _spell(span))


def _spell(span: timedelta) -> str:
    """The two largest units of a span of time; milliseconds below one second."""
    seconds = span.total_seconds()
    if seconds < 1:
        return f"{max(seconds, 0) * 1000:.0f} ms"
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return f"{hours} h {minutes} min"
    return f"{hours // 24} days {hours % 24} h"


def pretty(document: Any) -> SafeString | str:
    """A JSON document, or text that may be one, indented."""
    if document in (None, "", {}):
        return EMPTY
    if isinstance(document, str):
        try:
            document = json.loads(document)
        except ValueError:
            return format_html('<pre class="bo-pre" dir="auto">{}</pre>', document)
    return format_html(
        '<pre class="bo-pre" dir="ltr">{}</pre>', json.dumps(document, indent=2, ensure_ascii=False)
    )


def lines(items: Iterable[object]) -> SafeString | str:
    return format_html_join("", '<div class="bo-line">{}</div>', ((item,) for item in items)) or EMPTY


def stack(*parts: object) -> SafeString:
    """A cell of several lines, the first one the loudest."""
    return format_html('<div class="bo-stack">{}</div>', lines(parts))


def swatches(colors: Iterable[str]) -> SafeString | str:
    """Small fields of colour. The colour is an attribute, so that no text can become a style."""
    swatch = (
        '<svg class="bo-swatch" role="img" aria-label="{}"><rect fill="{}" width="100%" height="100%"/></svg>'
    )
    return format_html_join(" ", swatch, ((color, color) for color in colors)) or EMPTY


def picture(url: str, alt: str) -> SafeString:
    return format_html('<img class="bo-thumbnail" src="{}" alt="{}" loading="lazy">', url, alt)
