from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.job_status import JobStatus
from ..types import UNSET, Unset

T = TypeVar("T", bound="WorkflowAcceptedResponse")


@_attrs_define
class WorkflowAcceptedResponse:
    """Returned synchronously from any POST /v1/{name} (202).

    Attributes:
        request_id (str): 26-char ULID — correlates with the row in request_logs.
        job_id (str): 26-char ULID of the job: what all reads use.
        credits_cost (int): Credits deducted from the calling client. Refunded automatically on any failure path.
        status (JobStatus | Unset):
    """

    request_id: str
    job_id: str
    credits_cost: int
    status: JobStatus | Unset = UNSET
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        request_id = self.request_id

        job_id = self.job_id

        credits_cost = self.credits_cost

        status: str | Unset = UNSET
        if not isinstance(self.status, Unset):
            status = self.status.value

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "request_id": request_id,
                "job_id": job_id,
                "credits_cost": credits_cost,
            }
        )
        if status is not UNSET:
            field_dict["status"] = status

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        request_id = d.pop("request_id")

        job_id = d.pop("job_id")

        credits_cost = d.pop("credits_cost")

        _status = d.pop("status", UNSET)
        status: JobStatus | Unset
        if isinstance(_status, Unset):
            status = UNSET
        else:
            status = JobStatus(_status)

        workflow_accepted_response = cls(
            request_id=request_id,
            job_id=job_id,
            credits_cost=credits_cost,
            status=status,
        )

        workflow_accepted_response.additional_properties = d
        return workflow_accepted_response

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
