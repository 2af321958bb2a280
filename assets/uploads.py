"""Source images of clients: those sent to us, and those that a client's system put into storage itself."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from django.conf import settings
from django.core.files.base import File
from django.db import transaction

from assets import formats, keys, pictures, storage
from assets.models import Upload
from clients import ulids
from clients.callers import Caller

log = structlog.get_logger(__name__)

# What both verbs raise for a file that is not a picture we take.
NotAPicture = pictures.NotAPicture


def receive(caller: Caller, file: "File[bytes]") -> Upload:
    """Keep a picture that a client sent. Raises NotAPicture, storage.Unavailable."""
    content = file.read(settings.UPLOAD_MAX_BYTES + 1)
    picture = pictures.inspect(content)
    key = f"{caller.storage_prefix}{ulids.new()}.{picture.format.extension}"
    # The picture before its row: a crash between them leaves an unknown file, never a row without one.
    storage.pictures().put(key, content, picture.format.content_type)
    return _register(caller, key, picture, content)


@dataclass(frozen=True, slots=True)
class Presigned:
    """How a client puts one picture into storage itself: a PUT to `url` with just these headers."""

    key: str
    url: str
    headers: dict[str, str]
    expires_at: datetime


def presign(caller: Caller, format: formats.Format, *, size: int, sha256: bytes | None = None) -> Presigned:
    """A link for a picture of `size` bytes that is to come. It is looked into when a job names its key."""
    announced = storage.Announced(format.content_type, size, sha256)
    key = f"{caller.storage_prefix}{Upload.PRESIGNED}{ulids.new()}.{format.extension}"
    # Read before the URL is signed, which counts from then and in whole seconds too.
    now = datetime.now(UTC).replace(microsecond=0)
    url = storage.pictures().signed_upload_url(key, announced, settings.CLIENT_URL_LIFETIME)
    return Presigned(key, url, announced.headers, now + settings.CLIENT_URL_LIFETIME)


def find_source(caller: Caller, key: str) -> Upload | None:
    """The client's picture of this key; an object seen for the first time is looked into and registered.

    None for all that is not there or not the client's, without saying which. Raises NotAPicture for
    an object that is no picture, storage.Unavailable. Not to be called inside a transaction.
    """
    try:
        own_key = keys.own(caller.storage_prefix, key)
    except keys.KeyRefused:
        return None
    # Asked again at the end: another request may have registered a presigned one and cleared it away.
    return _known(caller, own_key) or _look_for(caller, own_key) or _known(caller, own_key)


def _known(caller: Caller, key: str) -> Upload | None:
    return Upload.objects.for_client(caller).filter(key=key).first()


def _look_for(caller: Caller, key: str) -> Upload | None:
    place = storage.pictures()
    found = place.stat(key)
    if found is None:
        return None
    pictures.check_bytes(found.bytes)
    try:
        # One byte more than is taken: it may have grown since.
        content = place.read(key, settings.UPLOAD_MAX_BYTES + 1)
    except FileNotFoundError:
        return None
    upload = _register(caller, key, pictures.inspect(content), content)
    if upload.place != key:
        _clear(key)
    return upload


def _clear(key: str) -> None:
    try:
        storage.pictures().delete(key)
    except storage.Unavailable as error:
        log.warning("presigned_upload_not_cleared", key=key, error=str(error))


def _register(caller: Caller, key: str, picture: pictures.Picture, content: bytes) -> Upload:
    upload = Upload(
        client=caller.client,
        livemode=caller.livemode,
        key=key,
        format=picture.format.name,
        width=picture.width,
        height=picture.height,
        bytes=len(content),
        sha256=hashlib.sha256(content).hexdigest(),
    )
    if upload.place != key:
        storage.pictures().put(upload.place, content, picture.format.content_type)
    # Durable: refuses to run inside a transaction, which would have been open while we talked to storage.
    with transaction.atomic(durable=True):
        # Of two requests that found the same object at the same time, the second takes the first one's row.
        Upload.objects.bulk_create([upload], ignore_conflicts=True)
    return Upload.objects.for_client(caller).get(key=key)
