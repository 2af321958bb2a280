from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="RequestLogDetail")


@_attrs_define
class RequestLogDetail:
    """
    Attributes:
        request_id (str): ULID of the HTTP request, as in `X-Request-Id`.
        method (str): Such as POST.
        path (str): Without the query.
        workflow (None | str): The workflow that was asked for, if one was.
        status (int): HTTP status of the answer.
        error_code (None | str): `error.code` of a refusal.
        error_message (None | str): `error.message` of a refusal.
        duration_ms (int): Until its commit, in milliseconds.
        job_id (None | str): The job that it made or was about.
        credits_ (int): Credits charged by this request.
        idempotency_key (None | str): The `Idempotency-Key` that was sent.
        replayed (bool): Whether the first answer to that key was given again.
        created_at (datetime.datetime): When the request came.
    """

    request_id: str
    method: str
    path: str
    workflow: None | str
    status: int
    error_code: None | str
    error_message: None | str
    duration_ms: int
    job_id: None | str
    credits_: int
    idempotency_key: None | str
    replayed: bool
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        request_id = self.request_id

        method = self.method

        path = self.path

        workflow: None | str
        workflow = self.workflow

        status = self.status

        error_code: None | str
        error_code = self.error_code

        error_message: None | str
        error_message = self.error_message

        duration_ms = self.duration_ms

        job_id: None | str
        job_id = self.job_id

        credits_ = self.credits_

        idempotency_key: None | str
        idempotency_key = self.idempotency_key

        replayed = self.replayed

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "request_id": request_id,
                "method": method,
                "path": path,
                "workflow": workflow,
                "status": status,
                "error_code": error_code,
                "error_message": error_message,
                "duration_ms": duration_ms,
                "job_id": job_id,
                "credits": credits_,
                "idempotency_key": idempotency_key,
                "replayed": replayed,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        request_id = d.pop("request_id")

        method = d.pop("method")

        path = d.pop("path")

        def _parse_workflow(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        workflow = _parse_workflow(d.pop("workflow"))

        status = d.pop("status")

        def _parse_error_code(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error_code = _parse_error_code(d.pop("error_code"))

        def _parse_error_message(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        error_message = _parse_error_message(d.pop("error_message"))

        duration_ms = d.pop("duration_ms")

        def _parse_job_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        job_id = _parse_job_id(d.pop("job_id"))

        credits_ = d.pop("credits")

        def _parse_idempotency_key(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        idempotency_key = _parse_idempotency_key(d.pop("idempotency_key"))

        replayed = d.pop("replayed")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        request_log_detail = cls(
            request_id=request_id,
            method=method,
            path=path,
            workflow=workflow,
            status=status,
            error_code=error_code,
            error_message=error_message,
            duration_ms=duration_ms,
            job_id=job_id,
            credits_=credits_,
            idempotency_key=idempotency_key,
            replayed=replayed,
            created_at=created_at,
        )

        request_log_detail.additional_properties = d
        return request_log_detail

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
