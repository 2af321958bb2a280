from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..models.picture_type import PictureType
from ..types import UNSET, Unset

T = TypeVar("T", bound="PresignRequest")


@_attrs_define
class PresignRequest:
    """The picture that is to come.

    Attributes:
        content_type (PictureType):
        bytes_ (int): The exact size of the file.
        sha256 (None | str | Unset): Of the file, as 64 hexadecimal digits: then nothing else can be stored.
    """

    content_type: PictureType
    bytes_: int
    sha256: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        content_type = self.content_type.value

        bytes_ = self.bytes_

        sha256: None | str | Unset
        if isinstance(self.sha256, Unset):
            sha256 = UNSET
        else:
            sha256 = self.sha256

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "content_type": content_type,
                "bytes": bytes_,
            }
        )
        if sha256 is not UNSET:
            field_dict["sha256"] = sha256

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        content_type = PictureType(d.pop("content_type"))

        bytes_ = d.pop("bytes")

        def _parse_sha256(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        sha256 = _parse_sha256(d.pop("sha256", UNSET))

        presign_request = cls(
            content_type=content_type,
            bytes_=bytes_,
            sha256=sha256,
        )

        return presign_request
