"""Files on disk over HTTP, by signed URL: what S3 does where there is a bucket."""

import base64
import hashlib
from collections.abc import Mapping
from http import HTTPStatus

from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import storages
from django.http import FileResponse, HttpRequest, HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from assets import signed_urls, storage
from clients.api import errors

_ANY: Mapping[str, str] = {}
MAX_PUT_BYTES = 64 * 1024 * 1024
# Whatever somebody managed to store here, a browser shows it as a picture or not at all.
_HEADERS = {
    "Cache-Control": "private",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; sandbox",
}


class UrlRefused(errors.ApiError):
    status = HTTPStatus.FORBIDDEN
    code = "SIGNED_URL_INVALID"
    message = (
        "This URL was not signed for this method, file and these headers, or it has expired: "
        "ask for the resource that gave it again."
    )


class BodyIncomplete(errors.ApiError):
    status = HTTPStatus.BAD_REQUEST
    code = "BODY_INCOMPLETE"
    message = "The body ended before Content-Length was reached. Nothing was stored."


class ChecksumMismatch(errors.ApiError):
    status = HTTPStatus.BAD_REQUEST
    code = "CHECKSUM_MISMATCH"
    message = f"The body has not the SHA-256 that {storage.CHECKSUM_HEADER} says. Nothing was stored."


@method_decorator(csrf_exempt, name="dispatch")
class FileView(View):
    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        try:
            return super().dispatch(request, *args, **kwargs)
        except errors.ApiError as refusal:
            return errors.envelope(request, refusal)
        except (FileNotFoundError, SuspiciousFileOperation):
            return errors.envelope(request, errors.ResourceNotFound())

    def get(self, request: HttpRequest, key: str) -> HttpResponseBase:
        found = _readable(request, key)
        return FileResponse(_disk().open(key), content_type=found.content_type, headers=_HEADERS)

    def head(self, request: HttpRequest, key: str) -> HttpResponseBase:
        found = _readable(request, key)
        headers = {**_HEADERS, "Content-Length": str(found.bytes)}
        return HttpResponse(content_type=found.content_type, headers=headers)

    def put(self, request: HttpRequest, key: str) -> HttpResponseBase:
        _verify(request, "PUT", key, request.headers)
        _disk().put(key, _WholeBody(request, _announced(request)), request.headers.get("Content-Type", ""))
        return HttpResponse()

    def http_method_not_allowed(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = errors.envelope(request, errors.MethodNotAllowed())
        response["Allow"] = "GET, HEAD, PUT"
        return response


class _WholeBody:
    """A request's body to be read in pieces; its end comes only after just what was announced."""

    def __init__(self, request: HttpRequest, length: int) -> None:
        self._request = request
        self._left = length
        self._digest = hashlib.sha256()

    def read(self, size: int, /) -> bytes:
        if not self._left:
            self._check_digest()
            return b""
        try:
            chunk = self._request.read(min(size, self._left))
        except UnreadablePostError as error:
            raise BodyIncomplete() from error
        if not chunk:
            raise BodyIncomplete()
        self._left -= len(chunk)
        self._digest.update(chunk)
        return chunk

    def _check_digest(self) -> None:
        stated = self._request.headers.get(storage.CHECKSUM_HEADER)
        if stated is not None and stated != base64.b64encode(self._digest.digest()).decode():
            raise ChecksumMismatch()


def _disk() -> storage.DiskStorage:
    place = storages["default"]
    if not isinstance(place, storage.DiskStorage):
        raise errors.ResourceNotFound()
    return place


def _readable(request: HttpRequest, key: str) -> storage.StoredFile:
    _verify(request, "GET", key)
    found = _disk().stat(key)
    if found is None:
        raise errors.ResourceNotFound()
    return found


def _verify(request: HttpRequest, method: str, key: str, headers: Mapping[str, str] = _ANY) -> None:
    if not signed_urls.verify(method, key, request.GET, headers):
        raise UrlRefused()


def _announced(request: HttpRequest) -> int:
    """The length of the body in bytes. Raises LengthRequired, PayloadTooLarge."""
    announced = request.headers.get("Content-Length", "")
    if not (announced.isascii() and announced.isdigit()):
        raise errors.LengthRequired()
    if int(announced) > MAX_PUT_BYTES:
        raise errors.PayloadTooLarge(f"A file may have at most {MAX_PUT_BYTES} bytes.")
    return int(announced)
