"""Contains all the data models used in inputs/outputs"""

from .artifact import Artifact
from .artifact_meta import ArtifactMeta
from .artifact_role import ArtifactRole
from .background_list import BackgroundList
from .background_spec import BackgroundSpec
from .background_spec_metadata import BackgroundSpecMetadata
from .background_status import BackgroundStatus
from .background_swap_with_image_request import BackgroundSwapWithImageRequest
from .capability import Capability
from .catalog_background import CatalogBackground
from .credits_ import Credits
from .entry import Entry
from .entry_kind import EntryKind
from .entry_list import EntryList
from .error_detail import ErrorDetail
from .error_envelope import ErrorEnvelope
from .event import Event
from .event_extra import EventExtra
from .event_type import EventType
from .event_visibility import EventVisibility
from .get_usage_group_by import GetUsageGroupBy
from .http_validation_error import HTTPValidationError
from .job_credits import JobCredits
from .job_detail import JobDetail
from .job_detail_request import JobDetailRequest
from .job_error_detail import JobErrorDetail
from .job_events import JobEvents
from .job_list import JobList
from .job_result import JobResult
from .job_status import JobStatus
from .job_summary import JobSummary
from .job_summary_request import JobSummaryRequest
from .limits import Limits
from .list_backgrounds_status import ListBackgroundsStatus
from .list_credit_entries_kind import ListCreditEntriesKind
from .list_jobs_job_type_item import ListJobsJobTypeItem
from .list_jobs_status import ListJobsStatus
from .list_request_logs_workflow import ListRequestLogsWorkflow
from .me import Me
from .operation import Operation
from .operation_class import OperationClass
from .operation_list import OperationList
from .output_fit import OutputFit
from .output_format import OutputFormat
from .output_preset_entry import OutputPresetEntry
from .output_preset_list import OutputPresetList
from .picture_type import PictureType
from .presign_answer import PresignAnswer
from .presign_answer_headers import PresignAnswerHeaders
from .presign_request import PresignRequest
from .quote_response import QuoteResponse
from .render_detail import RenderDetail
from .render_detail_inputs import RenderDetailInputs
from .render_list import RenderList
from .render_origin import RenderOrigin
from .request_log_detail import RequestLogDetail
from .request_log_list import RequestLogList
from .spec_vocabulary import SpecVocabulary
from .spec_word import SpecWord
from .upload_answer import UploadAnswer
from .upload_method import UploadMethod
from .upload_request import UploadRequest
from .usage import Usage
from .usage_figures import UsageFigures
from .usage_group import UsageGroup
from .usage_grouping import UsageGrouping
from .validation_error import ValidationError
from .workflow_accepted_response import WorkflowAcceptedResponse

__all__ = (
    "Artifact",
    "ArtifactMeta",
    "ArtifactRole",
    "BackgroundList",
    "BackgroundSpec",
    "BackgroundSpecMetadata",
    "BackgroundStatus",
    "BackgroundSwapWithImageRequest",
    "Capability",
    "CatalogBackground",
    "Credits",
    "Entry",
    "EntryKind",
    "EntryList",
    "ErrorDetail",
    "ErrorEnvelope",
    "Event",
    "EventExtra",
    "EventType",
    "EventVisibility",
    "GetUsageGroupBy",
    "HTTPValidationError",
    "JobCredits",
    "JobDetail",
    "JobDetailRequest",
    "JobErrorDetail",
    "JobEvents",
    "JobList",
    "JobResult",
    "JobStatus",
    "JobSummary",
    "JobSummaryRequest",
    "Limits",
    "ListBackgroundsStatus",
    "ListCreditEntriesKind",
    "ListJobsJobTypeItem",
    "ListJobsStatus",
    "ListRequestLogsWorkflow",
    "Me",
    "Operation",
    "OperationClass",
    "OperationList",
    "OutputFit",
    "OutputFormat",
    "OutputPresetEntry",
    "OutputPresetList",
    "PictureType",
    "PresignAnswer",
    "PresignAnswerHeaders",
    "PresignRequest",
    "QuoteResponse",
    "RenderDetail",
    "RenderDetailInputs",
    "RenderList",
    "RenderOrigin",
    "RequestLogDetail",
    "RequestLogList",
    "SpecVocabulary",
    "SpecWord",
    "UploadAnswer",
    "UploadMethod",
    "UploadRequest",
    "Usage",
    "UsageFigures",
    "UsageGroup",
    "UsageGrouping",
    "ValidationError",
    "WorkflowAcceptedResponse",
)
