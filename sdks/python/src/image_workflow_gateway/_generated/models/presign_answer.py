from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.upload_method import UploadMethod

if TYPE_CHECKING:
    from ..models.presign_answer_headers import PresignAnswerHeaders


T = TypeVar("T", bound="PresignAnswer")


@_attrs_define
class PresignAnswer:
    """
    Attributes:
        upload_key (str): For `source_image_s3_key` of a workflow, once the file is sent.
        method (UploadMethod):
        url (str): Takes this one file. No API key goes with it.
        headers (PresignAnswerHeaders): Send just these; most HTTP libraries set Content-Length by themselves.
        expires_at (datetime.datetime): When the link ends, five minutes from now.
    """

    upload_key: str
    method: UploadMethod
    url: str
    headers: PresignAnswerHeaders
    expires_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        upload_key = self.upload_key

        method = self.method.value

        url = self.url

        headers = self.headers.to_dict()

        expires_at = self.expires_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "upload_key": upload_key,
                "method": method,
                "url": url,
                "headers": headers,
                "expires_at": expires_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.presign_answer_headers import PresignAnswerHeaders  # noqa: PLC0415

        d = dict(src_dict)
        upload_key = d.pop("upload_key")

        method = UploadMethod(d.pop("method"))

        url = d.pop("url")

        headers = PresignAnswerHeaders.from_dict(d.pop("headers"))

        expires_at = datetime.datetime.fromisoformat(d.pop("expires_at"))

        presign_answer = cls(
            upload_key=upload_key,
            method=method,
            url=url,
            headers=headers,
            expires_at=expires_at,
        )

        presign_answer.additional_properties = d
        return presign_answer

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
