"""Sending a source image to us."""

from typing import Any

from django.conf import settings
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from assets import storage, uploads
from assets.api.forms import StrictMultiPartParser
from assets.models import Upload
from clients.api import errors, requests
from clients.api.queries import Query
from clients.api.serializers import StrictSerializer
from clients.models import Capability


@extend_schema_field(OpenApiTypes.BINARY)
class PictureField(serializers.FileField):
    pass


class UploadRequest(StrictSerializer):
    """A form with one file."""

    file = PictureField(
        # An empty file is judged like every other: it is no picture.
        allow_empty_file=True,
        help_text="JPEG, PNG or WebP; at most 25 MB, 50 megapixels, 16,000 pixels a side; not animated.",
        error_messages={"required": "Field required", "invalid": "Input should be a file"},
    )


class UploadAnswer(serializers.Serializer[Any]):
    upload_key = serializers.CharField(help_text="For `source_image_s3_key` of a workflow.")
    image_url = serializers.URLField(help_text="Signed GET, valid for five minutes.")
    width = serializers.IntegerField(help_text="Pixels, as shown.")
    height = serializers.IntegerField(help_text="Pixels, as shown.")


class UploadView(APIView):
    capability = Capability.JOBS_CREATE
    parser_classes = (StrictMultiPartParser,)

    @extend_schema(
        operation_id="create_upload",
        tags=["uploads"],
        summary="Upload a source image",
        description=(
            "The picture is looked into before it is kept. Its `upload_key` works for all keys "
            "of this client and mode, in any number of jobs."
        ),
        request={"multipart/form-data": UploadRequest},
        responses={201: UploadAnswer},
    )
    def post(self, request: Request) -> Response:
        Query.of(request)
        file = UploadRequest(data=request.data).check()["file"]
        if len(request.FILES.getlist("file")) > 1:
            raise _refused("Send one file at a time")
        try:
            upload = uploads.receive(requests.caller(request), file)
        except uploads.NotAPicture as error:
            if error.code == "image_too_large":
                raise errors.PayloadTooLarge(str(error)) from error
            raise _refused(str(error)) from error
        return Response(_present(upload), status=201)


def _refused(message: str) -> errors.ValidationFailed:
    return errors.ValidationFailed([errors.Fault(("body", "file"), message, "value_error")])


def _present(upload: Upload) -> dict[str, Any]:
    return {
        "upload_key": upload.key,
        "image_url": storage.signed_get_url(upload.key, settings.CLIENT_URL_LIFETIME),
        "width": upload.width,
        "height": upload.height,
    }
