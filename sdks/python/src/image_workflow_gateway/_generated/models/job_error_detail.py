from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="JobErrorDetail")


@_attrs_define
class JobErrorDetail:
    """
    Attributes:
        code (str): A word for programs: Studio's, such as `NO_SUBJECT`, or ours: `CANCELLED`, `DEADLINE_EXCEEDED`,
            `STUDIO_UNKNOWN`, `RESULT_MISSING`.
        message (str): What went wrong, for people.
        stage (None | str): Where it went wrong, if that is known.
        retryable (bool): Whether a new job for the same pictures may end otherwise.
    """

    code: str
    message: str
    stage: None | str
    retryable: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        message = self.message

        stage: None | str
        stage = self.stage

        retryable = self.retryable

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
                "message": message,
                "stage": stage,
                "retryable": retryable,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        message = d.pop("message")

        def _parse_stage(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        stage = _parse_stage(d.pop("stage"))

        retryable = d.pop("retryable")

        job_error_detail = cls(
            code=code,
            message=message,
            stage=stage,
            retryable=retryable,
        )

        job_error_detail.additional_properties = d
        return job_error_detail

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
