"""Studio's callback only rings: it moves a job's alarm to now. The answer we ask for decides."""

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models.functions import Now
from django.http import HttpRequest, HttpResponse
from django.utils.decorators import method_decorator
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from clients import ulids
from clients.api import errors
from studio_client import CallbackRejected, verify_callback
from workflows import alarms, settle
from workflows.models import Job
from workflows.statuses import JobStatus

log = structlog.get_logger(__name__)

_BODY_MAX_BYTES = 16 * 1024


@method_decorator(csrf_exempt, name="dispatch")
class StudioCallbackView(View):
    def post(self, request: HttpRequest) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > _BODY_MAX_BYTES:
            return errors.envelope(request, errors.PayloadTooLarge())
        try:
            notice = verify_callback(request.headers, request.body, settings.STUDIO_CALLBACK_KEYS)
        except CallbackRejected as error:
            log.warning("callback_rejected", reason=str(error))
            return errors.envelope(request, errors.Unauthenticated("The callback's signature is not valid."))
        if not ring(notice.job_id, notice.version) and notice.status == "SUCCESS":
            _keep_out(notice.job_id)
        return HttpResponse(status=204)

    def http_method_not_allowed(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        response = errors.envelope(request, errors.MethodNotAllowed())
        response["Allow"] = "POST"
        return response


def ring(job_id: str, version: int) -> bool:
    """Has a running job looked at now, if Studio has something newer than we know."""
    if not ulids.is_valid(job_id):
        return False
    news = Job.objects.filter(
        id=job_id, status=JobStatus.IN_PROGRESS, studio_version__lt=version, next_action_at__gt=Now()
    )
    with transaction.atomic():
        rung = news.update(next_action_at=Now()) == 1
        if rung:
            alarms.wake_scheduler()
    return rung


def _keep_out(job_id: str) -> None:
    if ulids.is_valid(job_id):
        settle.keep_out(job_id)
