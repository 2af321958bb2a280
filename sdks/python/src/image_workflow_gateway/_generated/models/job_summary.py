from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.job_status import JobStatus

if TYPE_CHECKING:
    from ..models.job_credits import JobCredits
    from ..models.job_error_detail import JobErrorDetail
    from ..models.job_result import JobResult
    from ..models.job_summary_request import JobSummaryRequest


T = TypeVar("T", bound="JobSummary")


@_attrs_define
class JobSummary:
    """
    Attributes:
        public_id (str): ULID of the job.
        request_id (str): ULID of the request that was accepted, as in the request logs.
        job_type (str): The workflow, e.g. BACKGROUND_SWAP_WITH_IMAGE.
        status (JobStatus):
        stage (None | str): What Studio is doing, such as `segment`; null until it began.
        progress (float): 0 to 1.
        pilot_brand (None | str): The label that the work was filed under.
        created_at (datetime.datetime): When the job was accepted.
        started_at (datetime.datetime | None): When Studio had it; null until then.
        finished_at (datetime.datetime | None): When it ended; null until then.
        request (JobSummaryRequest): What was asked for.
        result (JobResult | None): Null unless the job succeeded.
        error (JobErrorDetail | None): Null unless the job failed.
        credits_ (JobCredits):
    """

    public_id: str
    request_id: str
    job_type: str
    status: JobStatus
    stage: None | str
    progress: float
    pilot_brand: None | str
    created_at: datetime.datetime
    started_at: datetime.datetime | None
    finished_at: datetime.datetime | None
    request: JobSummaryRequest
    result: JobResult | None
    error: JobErrorDetail | None
    credits_: JobCredits
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from ..models.job_error_detail import JobErrorDetail  # noqa: PLC0415
        from ..models.job_result import JobResult  # noqa: PLC0415

        public_id = self.public_id

        request_id = self.request_id

        job_type = self.job_type

        status = self.status.value

        stage: None | str
        stage = self.stage

        progress = self.progress

        pilot_brand: None | str
        pilot_brand = self.pilot_brand

        created_at = self.created_at.isoformat()

        started_at: None | str
        if isinstance(self.started_at, datetime.datetime):
            started_at = self.started_at.isoformat()
        else:
            started_at = self.started_at

        finished_at: None | str
        if isinstance(self.finished_at, datetime.datetime):
            finished_at = self.finished_at.isoformat()
        else:
            finished_at = self.finished_at

        request = self.request.to_dict()

        result: dict[str, Any] | None
        if isinstance(self.result, JobResult):
            result = self.result.to_dict()
        else:
            result = self.result

        error: dict[str, Any] | None
        if isinstance(self.error, JobErrorDetail):
            error = self.error.to_dict()
        else:
            error = self.error

        credits_ = self.credits_.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "public_id": public_id,
                "request_id": request_id,
                "job_type": job_type,
                "status": status,
                "stage": stage,
                "progress": progress,
                "pilot_brand": pilot_brand,
                "created_at": created_at,
                "started_at": started_at,
                "finished_at": finished_at,
                "request": request,
                "result": result,
                "error": error,
                "credits": credits_,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.job_credits import JobCredits  # noqa: PLC0415
        from ..models.job_error_detail import JobErrorDetail  # noqa: PLC0415
        from ..models.job_result import JobResult  # noqa: PLC0415
        from ..models.job_summary_request import JobSummaryRequest  # noqa: PLC0415

        d = dict(src_dict)
        public_id = d.pop("public_id")

        request_id = d.pop("request_id")

        job_type = d.pop("job_type")

        status = JobStatus(d.pop("status"))

        def _parse_stage(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        stage = _parse_stage(d.pop("stage"))

        progress = d.pop("progress")

        def _parse_pilot_brand(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        pilot_brand = _parse_pilot_brand(d.pop("pilot_brand"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        def _parse_started_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                started_at_type_0 = datetime.datetime.fromisoformat(data)

                return started_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        started_at = _parse_started_at(d.pop("started_at"))

        def _parse_finished_at(data: object) -> datetime.datetime | None:
            if data is None:
                return data
            try:
                if not isinstance(data, str):
                    raise TypeError()
                finished_at_type_0 = datetime.datetime.fromisoformat(data)

                return finished_at_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(datetime.datetime | None, data)

        finished_at = _parse_finished_at(d.pop("finished_at"))

        request = JobSummaryRequest.from_dict(d.pop("request"))

        def _parse_result(data: object) -> JobResult | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                result_type_0 = JobResult.from_dict(data)

                return result_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JobResult | None, data)

        result = _parse_result(d.pop("result"))

        def _parse_error(data: object) -> JobErrorDetail | None:
            if data is None:
                return data
            try:
                if not isinstance(data, dict):
                    raise TypeError()
                error_type_0 = JobErrorDetail.from_dict(data)

                return error_type_0
            except (TypeError, ValueError, AttributeError, KeyError):
                pass
            return cast(JobErrorDetail | None, data)

        error = _parse_error(d.pop("error"))

        credits_ = JobCredits.from_dict(d.pop("credits"))

        job_summary = cls(
            public_id=public_id,
            request_id=request_id,
            job_type=job_type,
            status=status,
            stage=stage,
            progress=progress,
            pilot_brand=pilot_brand,
            created_at=created_at,
            started_at=started_at,
            finished_at=finished_at,
            request=request,
            result=result,
            error=error,
            credits_=credits_,
        )

        job_summary.additional_properties = d
        return job_summary

    @property
    def additional_keys(self) -> list[str]:
        return list(self.additional_properties.keys())

    def __getitem__(self, key: str) -> Any:
        return self.additional_properties[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self.additional_properties[key] = value

    def __delitem__(self, key: str) -> None:
        del self.additional_properties[key]

    def __contains__(self, key: str) -> bool:
        return key in self.additional_properties
