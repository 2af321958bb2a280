"""Storage keys: which ones a client may name."""

import unicodedata
import urllib.parse

MAX_LENGTH = 1024
# Control, format (zero-width, direction), surrogate, private and unassigned characters, odd blanks.
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp", "Zs"}


class KeyRefused(ValueError):
    """Not a key that this client may name. The message is for logs: a client only learns "not found"."""


def own(prefix: str, key: str) -> str:
    """The key in canonical form (percent-decoded once, NFC), if it lies under `prefix`. Raises KeyRefused."""
    if len(key) > MAX_LENGTH:
        raise KeyRefused("longer than 1,024 characters")
    canonical = unicodedata.normalize("NFC", _decode(key))
    if not canonical.startswith(prefix):
        raise KeyRefused("outside of the client's own prefix")
    _check(canonical)
    # Some layer below might fold look-alikes, as full-width dots and slashes: folded, they must be harmless.
    folded = unicodedata.normalize("NFKC", canonical)
    _check(folded)
    if folded.count("/") != canonical.count("/"):
        raise KeyRefused("a look-alike of a slash")
    return canonical


def is_plain(key: str) -> bool:
    """Whether a key can be a path below a folder, with nothing that a file system would interpret."""
    try:
        _check(key)
    except KeyRefused:
        return False
    return True


def _decode(key: str) -> str:
    try:
        decoded = urllib.parse.unquote(key, errors="strict")
        decoded.encode()
    except UnicodeError as error:
        raise KeyRefused("not UTF-8") from error
    if "%" in decoded:
        raise KeyRefused("a percent sign is left after one decoding")
    return decoded


def _check(key: str) -> None:
    if len(key.encode("utf-8", "replace")) > MAX_LENGTH:
        raise KeyRefused("longer than 1,024 bytes")
    if "\\" in key or ".." in key:
        raise KeyRefused("a backslash or two dots in a row")
    if any(unicodedata.category(character) in _HIDDEN and character != " " for character in key):
        raise KeyRefused("a control or hidden character")
    for segment in key.split("/"):
        # An empty one is a slash at either end, or two in a row.
        if not segment or segment != segment.strip() or segment.startswith("."):
            raise KeyRefused("an empty, blank-edged or dotted segment")
