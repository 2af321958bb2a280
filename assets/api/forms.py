"""multipart/form-data, taken strictly."""

from collections.abc import Mapping
from typing import IO, Any

from django.core.exceptions import SuspiciousOperation
from rest_framework.exceptions import ParseError
from rest_framework.parsers import MultiPartParser

from clients.api import errors


class StrictMultiPartParser(MultiPartParser):
    """Raises ValidationFailed for a form that can't be read, or that has too many parts."""

    def parse(
        self,
        stream: IO[bytes],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        try:
            return super().parse(stream, media_type, parser_context)
        except (ParseError, SuspiciousOperation) as error:
            message = "The body is not a multipart form that can be read"
            raise errors.ValidationFailed([errors.Fault(("body",), message, "value_error")]) from error
