from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="ErrorDetail")


@_attrs_define
class ErrorDetail:
    """What is wrong, for programs and for people.

    Attributes:
        code (str): A word for programs. New ones may come: go by the status for one you don't know.
        message (str): What is wrong and what to do, in English. Don't compare it: wording may change.
        request_id (str): ULID of this HTTP request, as in `X-Request-Id`.
        charged (int | None): Credits charged: 0, or null in the rare case that it could not be found out.
        retryable (bool): Whether the same request may succeed later with nothing changed.
    """

    code: str
    message: str
    request_id: str
    charged: int | None
    retryable: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        code = self.code

        message = self.message

        request_id = self.request_id

        charged: int | None
        charged = self.charged

        retryable = self.retryable

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "code": code,
                "message": message,
                "request_id": request_id,
                "charged": charged,
                "retryable": retryable,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        code = d.pop("code")

        message = d.pop("message")

        request_id = d.pop("request_id")

        def _parse_charged(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        charged = _parse_charged(d.pop("charged"))

        retryable = d.pop("retryable")

        error_detail = cls(
            code=code,
            message=message,
            request_id=request_id,
            charged=charged,
            retryable=retryable,
        )

        error_detail.additional_properties = d
        return error_detail

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
