"""The form of API keys."""

import pytest

from clients import keys


@pytest.mark.parametrize(("livemode", "prefix"), [(True, "sk_live_"), (False, "sk_test_")])
def test_a_key_shows_its_mode(livemode: bool, prefix: str) -> None:
    key = keys.mint(livemode=livemode)
    assert key.startswith(prefix)
    assert len(key) == len(prefix) + 32 + 6
    assert key[len(prefix) :].isalnum()
    assert key[len(prefix) :].isascii()
    assert keys.is_well_formed(key)


def test_no_two_keys_are_the_same() -> None:
    assert len({keys.mint(livemode=True) for _ in range(200)}) == 200


def test_every_typo_of_one_character_is_seen() -> None:
    key = keys.mint(livemode=True)
    for position in range(len("sk_live_"), len(key)):
        for other in "09AZaz":
            typo = key[:position] + other + key[position + 1 :]
            assert keys.is_well_formed(typo) == (typo == key)


def test_every_exchange_of_neighbours_is_seen() -> None:
    key = keys.mint(livemode=True)
    for at in range(len("sk_live_"), len(key) - 1):
        exchanged = key[:at] + key[at + 1] + key[at] + key[at + 2 :]
        assert keys.is_well_formed(exchanged) == (exchanged == key)


@pytest.mark.parametrize("text", ["", "sk_live_", "sk_test_" + "a" * 38, "pk_live_" + "a" * 38, "\xfc" * 46])
def test_what_is_no_key(text: str) -> None:
    assert not keys.is_well_formed(text)


def test_a_hint_gives_nothing_away() -> None:
    key = keys.mint(livemode=True)
    assert keys.hint(key) == f"{key[:12]}…{key[-4:]}"
    assert len(keys.digest(key)) == 32
