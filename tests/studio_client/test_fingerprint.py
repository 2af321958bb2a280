"""The fingerprint says what is asked for, and nothing about how it is reached this time."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from studio_client import Callback, Options, Output, Picture, Spec
from tests.studio_client import samples

AT = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "change",
    [
        {"source": Picture("http://127.0.0.1:9/source?signature=2")},
        {"background": Picture("http://127.0.0.1:9/background?signature=2")},
        {"put_url": None},
        {"callback": Callback("http://127.0.0.1:9/callback", "k")},
        {"deadline": AT + timedelta(hours=1)},
        {"metadata": {"pilot_brand": "figs"}},
    ],
    ids=lambda change: next(iter(change)),
)
def test_stays_the_same_whatever_is_new_at_each_try(change: dict[str, Any]) -> None:
    order = samples.order(deadline=AT)
    assert replace(order, **change).fingerprint == order.fingerprint


@pytest.mark.parametrize(
    "change",
    [
        {"workflow": "background-swap-with-spec"},
        {"source_ref": "uploads/other.jpg"},
        {"background_ref": "catalogue/other.jpg"},
        {"background": Spec("studio", "calm")},
        {"output": Output(320, 241, "cover", "jpeg")},
        {"options": Options(shadow=False)},
        {"rehearse": "no_subject"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_changes_with_what_is_asked_for(change: dict[str, Any]) -> None:
    order = samples.order(deadline=AT)
    assert replace(order, **change).fingerprint != order.fingerprint


def test_is_the_same_in_every_release() -> None:
    # A job in flight during an upgrade would be refused as another one.
    expected = "19fe3924446387900bc085b4c0e20312611d58759aeb858818ac7102cbc66d02"
    assert samples.order().fingerprint == expected


def test_a_deadline_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"):
        samples.order(deadline=AT.replace(tzinfo=None))
