from workflows.models.jobs import IdempotencyKey, Job, JobEvent
from workflows.models.pace import StudioPace
from workflows.models.request_logs import RequestLog
from workflows.models.terms import PriceChange, WorkflowSetting

__all__ = [
    "IdempotencyKey",
    "Job",
    "JobEvent",
    "PriceChange",
    "RequestLog",
    "StudioPace",
    "WorkflowSetting",
]
