"""Sending a source image straight to storage, past us."""

from typing import Any

from django.conf import settings
from django.core.validators import RegexValidator
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assets import formats, uploads
from clients.api import requests
from clients.api.queries import Query
from clients.api.serializers import StrictCharField, StrictIntegerField, StrictSerializer
from clients.models import Capability

_FORMATS = {format.content_type: format for format in (formats.JPEG, formats.PNG, formats.WEBP)}


class PresignRequest(StrictSerializer):
    """The picture that is to come."""

    content_type = serializers.ChoiceField(list(_FORMATS), help_text="File format of the picture.")
    bytes = StrictIntegerField(
        min_value=1, max_value=settings.UPLOAD_MAX_BYTES, help_text="The exact size of the file."
    )
    sha256 = StrictCharField(
        required=False,
        allow_null=True,
        max_length=64,
        validators=[RegexValidator(r"^[0-9a-f]{64}\Z", "Should be 64 hexadecimal digits in lower case")],
        help_text="Of the file, as 64 hexadecimal digits: then nothing else can be stored.",
    )


class PresignAnswer(serializers.Serializer[Any]):
    upload_key = serializers.CharField(
        help_text="For `source_image_s3_key` of a workflow, once the file is sent."
    )
    method = serializers.ChoiceField(["PUT"], help_text="How to send it.")
    url = serializers.URLField(help_text="Takes this one file. No API key goes with it.")
    headers = serializers.DictField(
        child=serializers.CharField(),
        help_text="Send just these; most HTTP libraries set Content-Length by themselves.",
    )
    expires_at = serializers.DateTimeField(help_text="When the link ends, five minutes from now.")


_ASKED = OpenApiExample(
    "A photograph of 2 MB",
    request_only=True,
    value={
        "content_type": "image/jpeg",
        "bytes": 2117633,
        "sha256": "6fb2cc9de7a0b4f4a9f7a7f8b9d5d0b9a3a1c7b6f1a2d0c95a1c3f0d0f6e0a11",
    },
)
_ANSWERED = OpenApiExample(
    "The link",
    response_only=True,
    value={
        "upload_key": "uploads/01K1R8Y3B7Q2M5T9W4X6Z8A1C3/live/presigned/01K1RB2N5E7G9J1M3P5R7T9V1X.jpg",
        "method": "PUT",
        "url": "https://bucket.example/uploads/01K1RB2N.jpg?X-Amz-Expires=300&X-Amz-Signature=5f0c8a7be1",
        "headers": {
            "Content-Type": "image/jpeg",
            "Content-Length": "2117633",
            "x-amz-checksum-sha256": "b7LMneegtPSp96f4udXQuaOhx7bxotDJWhw/DQ9uChE=",
        },
        "expires_at": "2031-05-06T07:13:09Z",
    },
)


class PresignView(APIView):
    capability = Capability.JOBS_CREATE

    @extend_schema(
        operation_id="presign_upload",
        tags=["uploads"],
        summary="Get a link for uploading a source image",
        description=(
            "For pictures that should not pass through us. The link takes one file of just this type and "
            "size, and with `sha256` of just this content; it may be sent again until a job names the key. "
            "The picture is looked into when a workflow names its `upload_key` for the first time: one that "
            "is missing or no picture is a 422 there, and nothing is charged. From then on the key stands "
            "for this picture, whatever else is sent to the link."
        ),
        request=PresignRequest,
        responses={201: PresignAnswer},
        examples=[_ASKED, _ANSWERED],
    )
    def post(self, request: Request) -> Response:
        Query.of(request)
        asked = PresignRequest(data=request.data).check()
        sha256 = asked.get("sha256")
        link = uploads.presign(
            requests.caller(request),
            _FORMATS[asked["content_type"]],
            size=asked["bytes"],
            sha256=bytes.fromhex(sha256) if sha256 else None,
        )
        return Response(_present(link), status=201)


def _present(link: uploads.Presigned) -> dict[str, Any]:
    return {
        "upload_key": link.key,
        "method": "PUT",
        "url": link.url,
        "headers": link.headers,
        "expires_at": link.expires_at,
    }
