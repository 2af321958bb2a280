"""Which storage keys a client may name: a corpus of hostile strings, and properties of whatever passes."""

import itertools
import posixpath
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assets import keys

MINE = "01K1R8Y3B7Q2M5T9W4X6Z8A1C3"
OTHER = "01K1R8Y3B7Q2M5T9W4X6Z8A1C4"
PREFIX = f"uploads/{MINE}/live/"

DOTS = [
    "..",
    "%2e%2e",
    "%2E.",
    "%252e%252e",
    "%25252e%25252e",
    "\uff0e\uff0e",
    "%EF%BC%8E%EF%BC%8E",
    "\u2025",
    "\u2026",
    "\u2024\u2024",
]
SLASHES = [
    "/",
    "%2f",
    "%2F",
    "%252f",
    "\\",
    "%5c",
    "%255C",
    "\uff0f",
    "\uff3c",
    "%EF%BC%8F",
    "//",
    "/./",
    "%c0%af",
]
CLIMBS = [
    f"{PREFIX}{climb}{rest}"
    for dots, slash in itertools.product(DOTS, SLASHES)
    for climb, rest in ((dots + slash, "test/a.jpg"), ((dots + slash) * 2, f"{OTHER}/live/a.jpg"))
]
CONTROLS = [*map(chr, range(0x20)), *map(chr, range(0x7F, 0xA0))]
HIDDEN = [
    *"\u00a0\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u202a\u202e\u2060\u2066\u2069"
]
HIDDEN += [*"\u3000\ufeff\ufff9\ue000\U000e0001\U000e0041\U0010ffff\ud800\udfff"]
HIDDEN.remove("\u034f")  # a combining mark: seen by nobody, but a letter to every layer
INVISIBLE = [f"{PREFIX}a{character}b.jpg" for character in CONTROLS + HIDDEN]
INVISIBLE += [f"{PREFIX}a%{ord(character):02x}b.jpg" for character in CONTROLS]
NOT_MINE = [
    "",
    "a.jpg",
    "/",
    "uploads/",
    f"uploads/{MINE}",
    f"uploads/{MINE}/",
    f"uploads/{MINE}/live",
    f"uploads/{MINE}/livea.jpg",
    f"uploads/{MINE}/live.jpg",
    f"uploads/{MINE}/test/a.jpg",
    f"uploads/{MINE}/LIVE/a.jpg",
    f"uploads/{MINE.lower()}/live/a.jpg",
    f"uploads/{OTHER}/live/a.jpg",
    f"uploads/{MINE}{OTHER}/live/a.jpg",
    f"UPLOADS/{MINE}/live/a.jpg",
    f"/uploads/{MINE}/live/a.jpg",
    f"%2fuploads/{MINE}/live/a.jpg",
    f"./uploads/{MINE}/live/a.jpg",
    f"../uploads/{MINE}/live/a.jpg",
    f"uploads//{MINE}/live/a.jpg",
    f"uploads/./{MINE}/live/a.jpg",
    f"uploads\\{MINE}\\live\\a.jpg",
    f"uploads/../uploads/{MINE}/live/a.jpg",
    f"\uff55ploads/{MINE}/live/a.jpg",
    f"renders/live/{MINE}/a.jpg",
    "catalogue/a.jpg",
    f"s3://bucket/{PREFIX}a.jpg",
    f"https://example.com/{PREFIX}a.jpg",
    f"file:///{PREFIX}a.jpg",
    f" {PREFIX}a.jpg",
    f"\ufeff{PREFIX}a.jpg",
    "/etc/passwd",
    "C:\\Windows\\win.ini",
]
MISSHAPEN = [
    PREFIX,
    PREFIX + "a/",
    PREFIX + "a%2f",
    PREFIX + "a\uff0fb.jpg",
    PREFIX + "a%EF%BC%8Fb.jpg",
    PREFIX + "/a.jpg",
    PREFIX + "a//b.jpg",
    PREFIX + "a/%2fb.jpg",
    PREFIX + ".",
    PREFIX + "./a.jpg",
    PREFIX + "a/./b.jpg",
    PREFIX + "a/.",
    PREFIX + ".hidden.jpg",
    PREFIX + "a/.incoming/b.jpg",
    PREFIX + "%2ehidden",
    PREFIX + " a.jpg",
    PREFIX + "a.jpg ",
    PREFIX + "a.jpg%20",
    PREFIX + "a /b.jpg",
    PREFIX + "%",
    PREFIX + "100%.jpg",
    PREFIX + "a%2525.jpg",
    PREFIX + "a%2541.jpg",
    PREFIX + "%u002e%u002e/a.jpg",
    PREFIX + "%zz.jpg",
    PREFIX + "a%ff.jpg",
    PREFIX + "a%c3.jpg",
    PREFIX + "a%ed%a0%80.jpg",
    PREFIX + "a%f4%90%80%80.jpg",
    PREFIX + "a" * 1024,
    PREFIX + "é" * 491 + ".jpg",
    PREFIX + "a\\b.jpg",
    PREFIX + "a..b.jpg",
    PREFIX + "a%00.jpg",
    PREFIX + "a.jpg%00.png",
]
HOSTILE = [*CLIMBS, *INVISIBLE, *NOT_MINE, *MISSHAPEN]


def test_the_corpus_is_as_large_as_it_claims() -> None:
    assert len(set(HOSTILE)) == len(HOSTILE) >= 200


def test_hostile_keys_are_refused() -> None:
    assert [key for key in HOSTILE if _passes(key)] == []


@pytest.mark.parametrize(
    ("key", "canonical"),
    [
        ("a.jpg", "a.jpg"),
        ("2031/Spring look/shoe (1)+2.jpg", "2031/Spring look/shoe (1)+2.jpg"),
        ("no-extension", "no-extension"),
        ("a%20b.jpg", "a b.jpg"),
        ("schu%CC%88he.jpg", "sch\u00fche.jpg"),
        ("schu\u0308he.jpg", "sch\u00fche.jpg"),
        ("靴/1.webp", "靴/1.webp"),
        ("a.b.c~d;e=f&g@h:i,j'k$l!m*n#o?p", "a.b.c~d;e=f&g@h:i,j'k$l!m*n#o?p"),
        ("a" * (1024 - len(PREFIX)), "a" * (1024 - len(PREFIX))),
    ],
)
def test_honest_keys_pass_in_one_canonical_form(key: str, canonical: str) -> None:
    assert keys.own(PREFIX, PREFIX + key) == PREFIX + canonical


@given(st.text(max_size=60) | st.lists(st.sampled_from([*DOTS, *SLASHES, "a", "é", "%41"])).map("".join))
def test_whatever_passes_stays_below_the_prefix(text: str) -> None:
    try:
        passed = keys.own(PREFIX, PREFIX + text)
    except keys.KeyRefused:
        return
    assert posixpath.normpath(passed) == passed
    assert passed.startswith(PREFIX)
    assert keys.own(PREFIX, passed) == passed
    assert unicodedata.is_normalized("NFC", passed)
    assert keys.is_plain(passed)


def _passes(key: str) -> bool:
    try:
        keys.own(PREFIX, key)
    except keys.KeyRefused:
        return False
    return True
