from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="UploadAnswer")


@_attrs_define
class UploadAnswer:
    """
    Attributes:
        upload_key (str): For `source_image_s3_key` of a workflow.
        image_url (str): Signed GET, valid for five minutes.
        width (int): Pixels, as shown.
        height (int): Pixels, as shown.
    """

    upload_key: str
    image_url: str
    width: int
    height: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        upload_key = self.upload_key

        image_url = self.image_url

        width = self.width

        height = self.height

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "upload_key": upload_key,
                "image_url": image_url,
                "width": width,
                "height": height,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        upload_key = d.pop("upload_key")

        image_url = d.pop("image_url")

        width = d.pop("width")

        height = d.pop("height")

        upload_answer = cls(
            upload_key=upload_key,
            image_url=image_url,
            width=width,
            height=height,
        )

        upload_answer.additional_properties = d
        return upload_answer

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
