"""API keys: `sk_live_` or `sk_test_`, 32 random base62 characters, 6 of checksum.

The checksum (CRC-32 of all before it) lets a typo be refused without a query. At rest there is only the
SHA-256: a key has 190 random bits, so a slow hash would cost every call and protect nothing.
"""

import hashlib
import secrets
import string
import zlib

_ALPHABET = string.digits + string.ascii_uppercase + string.ascii_lowercase
_RANDOM = 32
_CHECKSUM = 6


def mint(*, livemode: bool) -> str:
    head = f"sk_{'live' if livemode else 'test'}_" + "".join(
        secrets.choice(_ALPHABET) for _ in range(_RANDOM)
    )
    return head + _checksum(head)


def is_well_formed(key: str) -> bool:
    head, checksum = key[:-_CHECKSUM], key[-_CHECKSUM:]
    return (
        head.startswith(("sk_live_", "sk_test_"))
        and len(head) == len("sk_live_") + _RANDOM
        and head.isascii()
        and checksum == _checksum(head)
    )


def digest(key: str) -> bytes:
    return hashlib.sha256(key.encode()).digest()


def hint(key: str) -> str:
    """What may be shown of a key again, so that people can tell their keys apart."""
    return f"{key[:12]}…{key[-4:]}"


def _checksum(head: str) -> str:
    number = zlib.crc32(head.encode())
    characters = []
    for _ in range(_CHECKSUM):
        number, digit = divmod(number, len(_ALPHABET))
        characters.append(_ALPHABET[digit])
    return "".join(reversed(characters))
