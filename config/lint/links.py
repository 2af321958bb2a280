"""Relative links in Markdown that lead nowhere: to a missing file, or to a heading that is not in it."""

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

from config.lint import sources

_FENCED = re.compile(r"^(```|~~~).*?^\1", re.MULTILINE | re.DOTALL)
_IN_LINE = re.compile(r"`[^`\n]*`")
_LINK = re.compile(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)|^\[[^\]]+\]:\s+(\S+)", re.MULTILINE)
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*$", re.MULTILINE)
_ELSEWHERE = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.IGNORECASE)


def problems() -> list[str]:
    return [problem for page in sources.files(".md") for problem in _dead(page)]


def _dead(page: Path) -> Iterator[str]:
    text = _IN_LINE.sub("", _FENCED.sub("", page.read_text()))
    for found in _LINK.finditer(text):
        target = found.group(1) or found.group(2)
        if _ELSEWHERE.match(target):
            continue
        name, _, heading = unquote(target).partition("#")
        there = (page.parent / name) if name else page
        if not there.exists():
            yield f"{sources.shown(page)}: {target} does not exist"
        elif heading and there.suffix == ".md" and heading not in _anchors(there):
            yield f"{sources.shown(page)}: {target}: there is no such heading"


def _anchors(page: Path) -> set[str]:
    """The names of a page's headings, as GitHub makes them."""
    headings = _HEADING.findall(_FENCED.sub("", page.read_text()))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
