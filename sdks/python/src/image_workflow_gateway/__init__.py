"""Client of the image workflow gateway: order pictures, follow their jobs, fetch them.

`Gateway` is the way in; `errors` has whatever can go wrong; `models` are the shapes of the API's answers.
"""

from . import errors
from ._generated import models
from .errors import GatewayError, JobFailed, RequestFailed
from .gateway import Gateway, SwapWithImage
from .jobs import AcceptedJob, Job

__all__ = [
    "AcceptedJob",
    "Gateway",
    "GatewayError",
    "Job",
    "JobFailed",
    "RequestFailed",
    "SwapWithImage",
    "errors",
    "models",
]
