"""Idempotency-Key: the first answer again, byte for byte, and no second charge."""

import hashlib
import json
import re
from dataclasses import dataclass
from typing import Any

from django.db import connection

from clients import ulids
from clients.api import errors
from clients.callers import Caller
from workflows.models import IdempotencyKey

HEADER = "Idempotency-Key"
_VISIBLE_ASCII = re.compile(r"[\x21-\x7e]{1,255}")


@dataclass(frozen=True, slots=True)
class Key:
    """A key in its scope (client, mode, route), with what this request asks."""

    caller: Caller
    route: str
    key: str
    request_hash: bytes


def of(caller: Caller, route: str, header: str | None, body: Any) -> Key | None:
    """The key of a request that sent one. Raises ValidationFailed for a malformed one."""
    if header is None:
        return None
    if not _VISIBLE_ASCII.fullmatch(header):
        message = "String should be 1 to 255 visible ASCII characters"
        raise errors.ValidationFailed([errors.Fault(("header", HEADER), message, "string_pattern_mismatch")])
    canonical = json.dumps(body, sort_keys=True, separators=(",", ":"))
    return Key(caller, route, header, hashlib.sha256(canonical.encode()).digest())


def first(key: Key) -> IdempotencyKey | None:
    """What was answered to the first request with this key. Raises IdempotencyKeyReused for another body."""
    found = IdempotencyKey.objects.for_client(key.caller).filter(route=key.route, key=key.key).first()
    if found is not None and bytes(found.request_hash) != key.request_hash:
        raise errors.IdempotencyKeyReused()
    return found


_RESERVE = """
    INSERT INTO workflows_idempotencykey (client_id, livemode, route, key, request_hash, job_id, answer)
    VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


def reserve(key: Key, *, job_id: str, answer: str) -> bool:
    """Takes the key for a job in the job's own transaction, so that no key is ever stuck.

    Waits for a first request that is still being accepted; False if that one took the key. Raises
    OperationalError after the transaction's `lock_timeout`.
    """
    caller = key.caller
    row = (ulids.to_uuid(caller.client.id), caller.livemode, key.route, key.key, key.request_hash)
    with connection.cursor() as cursor:
        cursor.execute(_RESERVE, (*row, ulids.to_uuid(job_id), answer))
        return bool(cursor.rowcount == 1)
