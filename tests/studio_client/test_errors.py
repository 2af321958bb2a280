"""Which failures are final is decided by the code, and the two sides agree on the codes."""

import pytest

import studio_client
from studio_client import JobError
from studio_client.reference import codes


@pytest.mark.parametrize("code", sorted(studio_client.TERMINAL_CODES))
def test_a_terminal_code_is_final_whatever_retryable_claims(code: str) -> None:
    assert JobError(code, "", retryable=True).is_terminal


@pytest.mark.parametrize(
    "code",
    [
        *("source_fetch_timeout", "source_fetch_5xx", "worker_crashed", "engine_timeout", "out_of_memory"),
        *(
            "storage_unavailable",
            "output_write_failed",
            "queue_full",
            "draining",
            "internal",
            "never_heard_of",
        ),
    ],
)
def test_any_other_code_is_not(code: str) -> None:
    assert not JobError(code, "", retryable=False).is_terminal


def test_the_reference_studio_keeps_the_same_table() -> None:
    assert codes.TERMINAL == studio_client.TERMINAL_CODES
