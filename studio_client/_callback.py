"""Verifies that a callback is Studio's."""

from collections.abc import Mapping

from standardwebhooks import Webhook, WebhookVerificationError

from studio_client import _reading, _wire
from studio_client._errors import CallbackRejected
from studio_client._types import CallbackNotice


def verify_callback(headers: Mapping[str, str], body: bytes, keys: Mapping[str, str]) -> CallbackNotice:
    """What the callback says, if one of ``keys`` (key id → ``whsec_…``) signed it in the last five minutes.

    Raises :class:`CallbackRejected`. A key that is itself malformed raises ``ValueError``: wrong
    configuration.
    """
    hooks = [Webhook(secret) for secret in keys.values()]
    if not any(_signed(hook, headers, body) for hook in hooks):
        raise CallbackRejected("no key of ours signed this within five minutes")
    try:
        said = _reading.decode(body)
        return CallbackNotice(
            _reading.text(said, "job_id"), _reading.whole(said, "version"), _wire.status(said)
        )
    except _reading.Unreadable as error:
        raise CallbackRejected(f"signed, but unreadable: {error}") from error


def _signed(hook: Webhook, headers: Mapping[str, str], body: bytes) -> bool:
    try:
        hook.verify(body, dict(headers), json_parse=False)
    except (WebhookVerificationError, ValueError):
        # The library lets base64, UTF-8 and splitting errors of a forged header through as ValueError.
        return False
    return True
