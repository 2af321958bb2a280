"""Where pictures lie: a folder or an S3 bucket behind one face, with signed URLs for either.

None of this may be called inside a database transaction: it can wait on the network.
"""

import base64
import contextlib
import errno
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import IO, Any, Protocol, cast

import structlog
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, storages
from storages.backends.s3 import S3Storage

from assets import formats, keys, signed_urls
from clients.api import errors

log = structlog.get_logger(__name__)

_CHUNK = 256 * 1024
_IN_MEMORY = 1024 * 1024
# S3's name for it, and so ours on disk: base64 of the SHA-256 of the body.
CHECKSUM_HEADER = "x-amz-checksum-sha256"
_MISSING = {"404", "NoSuchKey", "NotFound"}


class Unavailable(errors.ServiceUnavailable):
    """Storage did not answer, or refused us; whether the file is there is unknown."""

    def __init__(self) -> None:
        super().__init__("Picture storage can't be reached at the moment. Try again shortly.", retry_after=5)


@dataclass(frozen=True, slots=True)
class StoredFile:
    bytes: int
    content_type: str


@dataclass(frozen=True, slots=True)
class Announced:
    """A file that somebody else is to put: its type, its size in bytes and perhaps its digest."""

    content_type: str
    size: int
    sha256: bytes | None = None

    @property
    def headers(self) -> dict[str, str]:
        """What its PUT has to carry."""
        headers = {"Content-Type": self.content_type, "Content-Length": str(self.size)}
        if self.sha256 is not None:
            headers[CHECKSUM_HEADER] = base64.b64encode(self.sha256).decode()
        return headers


class Readable(Protocol):
    """A stream that is read once, from its beginning."""

    def read(self, size: int, /) -> bytes: ...


class PictureStorage(Protocol):
    """What callers may rely on. All but the URLs raise Unavailable when storage is away."""

    def open(self, name: str, mode: str = "rb") -> "File[bytes]":
        """For reading only. Raises FileNotFoundError."""

    def read(self, key: str, limit: int) -> bytes:
        """The first `limit` bytes of a file. Raises FileNotFoundError."""

    def put(self, key: str, content: bytes | IO[bytes], content_type: str) -> None:
        """Store a whole file or nothing; replaces what was there."""

    def stat(self, key: str) -> StoredFile | None:
        """None if there is no such file."""

    def delete(self, name: str) -> None:
        """No error if there is no such file."""

    def signed_get_url(self, key: str, lifetime: timedelta) -> str: ...

    def signed_put_url(self, key: str, content_type: str, lifetime: timedelta) -> str:
        """The PUT has to carry just this Content-Type."""

    def signed_upload_url(self, key: str, announced: Announced, lifetime: timedelta) -> str:
        """The PUT has to carry all of the announced file's headers, as they are."""


def pictures() -> PictureStorage:
    """Where this installation keeps its pictures."""
    return cast(PictureStorage, storages["default"])


def signed_get_url(key: str, lifetime: timedelta) -> str:
    return pictures().signed_get_url(key, lifetime)


class DiskStorage(FileSystemStorage):
    """A folder. Keys are paths below it; links that lead out of it are not followed."""

    def path(self, name: str) -> str:
        """Where a key lies. Raises SuspiciousFileOperation for one that is not below the folder."""
        if not keys.is_plain(name):
            raise SuspiciousFileOperation("not a plain key")
        root = Path(self.location).resolve()
        found = (root / name).resolve()
        if root not in found.parents:
            raise SuspiciousFileOperation("a link that leads out of the storage folder")
        return str(found)

    def open(self, name: str, mode: str = "rb") -> "File[bytes]":
        with _disk_errors():
            if not self._is_file(name):
                raise FileNotFoundError(name)
            return cast("File[bytes]", super().open(name, mode))

    def read(self, key: str, limit: int) -> bytes:
        with self.open(key) as file, _disk_errors():
            return cast(bytes, file.read(limit))

    def put(self, key: str, content: bytes | Readable, content_type: str) -> None:
        # Served by its bytes, so the content type need not be kept.
        with _disk_errors():
            target = Path(self.path(key))
            target.parent.mkdir(parents=True, exist_ok=True)
            incoming = Path(self.location, ".incoming")
            incoming.mkdir(exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=incoming, delete=False) as file:
                try:
                    _copy(content, file)
                    Path(file.name).replace(target)
                except BaseException:
                    Path(file.name).unlink()
                    raise

    def stat(self, key: str) -> StoredFile | None:
        try:
            with self.open(key) as file, _disk_errors():
                return StoredFile(file.size, formats.content_type(file.read(formats.HEAD)))
        except FileNotFoundError:
            return None

    def delete(self, name: str) -> None:
        with _disk_errors():
            if self._is_file(name):
                super().delete(name)

    def signed_get_url(self, key: str, lifetime: timedelta) -> str:
        return signed_urls.sign("GET", key, lifetime)

    def signed_put_url(self, key: str, content_type: str, lifetime: timedelta) -> str:
        return signed_urls.sign("PUT", key, lifetime, {"Content-Type": content_type})

    def signed_upload_url(self, key: str, announced: Announced, lifetime: timedelta) -> str:
        return signed_urls.sign("PUT", key, lifetime, announced.headers)

    def _is_file(self, key: str) -> bool:
        try:
            return Path(self.path(key)).is_file()
        except SuspiciousFileOperation:
            return False


class BucketStorage(S3Storage):
    """A bucket of S3 or something that speaks its protocol; signatures version 4."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.client_config: Config = self.client_config.merge(
            Config(
                connect_timeout=2,
                read_timeout=5,
                retries={"total_max_attempts": 2, "mode": "standard"},
                # The checksums that boto3 adds by default are not understood by all who speak S3.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            )
        )

    def open(self, name: str, mode: str = "rb") -> "File[bytes]":
        if mode != "rb":
            raise ValueError("objects are replaced whole, by put()")
        # Fetched at once: a file that is read from the network later would fail there, in boto's words.
        with (
            _bucket_errors(),
            contextlib.closing(self._get(name)) as body,
            contextlib.ExitStack() as on_error,
        ):
            file = on_error.enter_context(tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY))
            shutil.copyfileobj(body, file, _CHUNK)
            on_error.pop_all()
        file.seek(0)
        return File(file, name)

    def read(self, key: str, limit: int) -> bytes:
        with _bucket_errors(), contextlib.closing(self._get(key)) as body:
            return cast(bytes, body.read(limit))

    def put(self, key: str, content: bytes | IO[bytes], content_type: str) -> None:
        with _bucket_errors():
            self._client.put_object(Bucket=self.bucket_name, Key=key, Body=content, ContentType=content_type)

    def stat(self, key: str) -> StoredFile | None:
        try:
            with _bucket_errors():
                answer = self._client.head_object(Bucket=self.bucket_name, Key=key)
        except FileNotFoundError:
            return None
        return StoredFile(answer["ContentLength"], answer.get("ContentType", formats.UNKNOWN))

    def delete(self, name: str) -> None:
        with _bucket_errors():
            super().delete(name)

    def signed_get_url(self, key: str, lifetime: timedelta) -> str:
        return self._sign("get_object", lifetime, Key=key)

    def signed_put_url(self, key: str, content_type: str, lifetime: timedelta) -> str:
        return self._sign("put_object", lifetime, Key=key, ContentType=content_type)

    def signed_upload_url(self, key: str, announced: Announced, lifetime: timedelta) -> str:
        stated: dict[str, str | int] = {
            "ContentType": announced.content_type,
            "ContentLength": announced.size,
        }
        if announced.sha256 is not None:
            stated["ChecksumSHA256"] = announced.headers[CHECKSUM_HEADER]
        return self._sign("put_object", lifetime, Key=key, **stated)

    @property
    def _client(self) -> Any:
        return self.connection.meta.client

    def _get(self, key: str) -> Any:
        return self._client.get_object(Bucket=self.bucket_name, Key=key)["Body"]

    def _sign(self, operation: str, lifetime: timedelta, **parameters: str | int) -> str:
        url = self._client.generate_presigned_url(
            operation,
            Params={"Bucket": self.bucket_name, **parameters},
            ExpiresIn=int(lifetime.total_seconds()),
        )
        return str(url)


@contextlib.contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        if error.errno == errno.ENAMETOOLONG:
            raise FileNotFoundError("no file can have this name") from error
        log.error("storage_unavailable", error=str(error))
        raise Unavailable() from error


@contextlib.contextmanager
def _bucket_errors() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _MISSING:
            raise FileNotFoundError("no such object") from error
        log.error("storage_unavailable", error=str(error))
        raise Unavailable() from error
    except BotoCoreError as error:
        log.error("storage_unavailable", error=str(error))
        raise Unavailable() from error


def _copy(content: bytes | Readable, file: IO[bytes]) -> None:
    stream = io.BytesIO(content) if isinstance(content, bytes) else content
    while chunk := stream.read(_CHUNK):
        file.write(chunk)
    file.flush()
    os.fsync(file.fileno())
