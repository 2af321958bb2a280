"""Which Studio serves which mode: test jobs never reach the paid one."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache

from django.conf import settings

from clients.api import errors
from studio_client import NotNow, OutcomeUnknown, StudioClient, StudioError
from workflows import pace

# The longest that one call may take, whatever Studio does; leases are longer.
CALL_SECONDS = 15.0


def require(*, livemode: bool) -> None:
    """Raises ServiceUnavailable where no Studio is configured for a mode."""
    if not (settings.STUDIO_URL if livemode else settings.STUDIO_TEST_URL):
        mode = "live" if livemode else "test"
        raise errors.ServiceUnavailable(f"No Studio is configured for {mode} jobs.", retry_after=60)


@cache
def of(*, livemode: bool) -> StudioClient:
    """The client of a mode's Studio, one for the whole process. Raises NotNow where none is configured."""
    if not (settings.STUDIO_URL if livemode else settings.STUDIO_TEST_URL):
        raise NotNow("not_configured", "no Studio is configured for this mode")
    if livemode:
        return StudioClient(settings.STUDIO_URL, settings.STUDIO_TOKEN, total_timeout=CALL_SECONDS)
    return StudioClient(settings.STUDIO_TEST_URL, settings.STUDIO_TEST_TOKEN, total_timeout=CALL_SECONDS)


@contextmanager
def watched(lane: pace.Lane, asked: Sequence[str], *, wants_no_answer: bool = False) -> Iterator[None]:
    """Tells the pace how the one call inside, about these jobs, went.

    Where no usable answer was asked for, as a rehearsal, its absence is no sign of trouble for the others.
    """
    try:
        yield
    except NotNow as answer:
        pace.pause(lane, asked, answer.code, answer.retry_after)
        raise
    except OutcomeUnknown as answer:
        if wants_no_answer:
            pace.went_well(lane, asked)
        elif answer.retry_after is None:
            pace.doubt(lane, asked, answer.reason)
        else:
            pace.pause(lane, asked, answer.reason, answer.retry_after)
        raise
    except StudioError:
        # A clear no about one job comes from a Studio that is well.
        pace.went_well(lane, asked)
        raise
    else:
        pace.went_well(lane, asked)
