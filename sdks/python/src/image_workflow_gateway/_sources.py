"""What a workflow works on: however the caller has it."""

import hashlib
import io
import re
import threading
from os import PathLike
from pathlib import Path
from typing import TypeAlias

from ._generated.api.uploads import create_upload
from ._generated.models import UploadAnswer, UploadRequest
from ._generated.types import File
from ._wire import Wire, expected
from .jobs import Job

# A file's path, a picture's bytes, an upload key, a job or the id of a render.
Source: TypeAlias = str | PathLike[str] | bytes | UploadAnswer | Job
_ULID = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_KEY = re.compile(rf"uploads/{_ULID.pattern}/.+")


class Sources:
    """Uploads what is not there yet, each picture once: a repeat of an order then has the same body."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire
        self._keys: dict[bytes, str] = {}
        self._one_at_a_time = threading.Lock()

    def upload(self, picture: bytes, name: str = "picture") -> UploadAnswer:
        form = UploadRequest(file=File(io.BytesIO(picture), name, "application/octet-stream"))
        return expected(UploadAnswer, create_upload.sync_detailed(client=self._wire.client, body=form))

    def as_fields(self, source: Source) -> tuple[str | None, str | None]:
        """`source_image_s3_key` and `source_render_public_id`; one of them. Raises OSError, RequestFailed."""
        if isinstance(source, Job):
            return None, source.id
        if isinstance(source, UploadAnswer):
            return source.upload_key, None
        if isinstance(source, str):
            if _ULID.fullmatch(source):
                return None, source
            if _KEY.fullmatch(source):
                return source, None
        return self._uploaded(source), None

    def _uploaded(self, source: str | PathLike[str] | bytes) -> str:
        picture = source if isinstance(source, bytes) else Path(source).read_bytes()
        digest = hashlib.sha256(picture).digest()
        with self._one_at_a_time:
            if digest not in self._keys:
                self._keys[digest] = self.upload(picture).upload_key
            return self._keys[digest]
