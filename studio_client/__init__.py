"""Studio's HTTP contract seen from the gateway: a client on ``requests``, an error tree, typed answers."""

from studio_client._callback import verify_callback
from studio_client._client import BATCH_LIMIT, StudioClient
from studio_client._codes import TERMINAL_CODES
from studio_client._errors import CallbackRejected, JobNotFound, NotNow, OutcomeUnknown, Refused, StudioError
from studio_client._types import (
    Callback,
    CallbackNotice,
    Capabilities,
    EngineInfo,
    Fit,
    Format,
    JobError,
    JobPage,
    Options,
    Order,
    Output,
    OutputFile,
    Picture,
    Spec,
    Status,
    StudioJob,
)
from studio_client._vocabulary import Vocabulary, Word, vocabulary

__all__ = [
    "BATCH_LIMIT",
    "TERMINAL_CODES",
    "Callback",
    "CallbackNotice",
    "CallbackRejected",
    "Capabilities",
    "EngineInfo",
    "Fit",
    "Format",
    "JobError",
    "JobNotFound",
    "JobPage",
    "NotNow",
    "Options",
    "Order",
    "OutcomeUnknown",
    "Output",
    "OutputFile",
    "Picture",
    "Refused",
    "Spec",
    "Status",
    "StudioClient",
    "StudioError",
    "StudioJob",
    "Vocabulary",
    "Word",
    "verify_callback",
    "vocabulary",
]
