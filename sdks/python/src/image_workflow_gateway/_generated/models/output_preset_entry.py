from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.output_fit import OutputFit
from ..models.output_format import OutputFormat

T = TypeVar("T", bound="OutputPresetEntry")


@_attrs_define
class OutputPresetEntry:
    """
    Attributes:
        name (str): For `output_preset` of a workflow.
        width (int): Pixels.
        height (int): Pixels.
        fit (OutputFit):
        format_ (OutputFormat):
        quality (int): 1 to 100; of the encoder.
        padding_color (str): #rrggbb; what surrounds the picture where `fit` is `pad`.
    """

    name: str
    width: int
    height: int
    fit: OutputFit
    format_: OutputFormat
    quality: int
    padding_color: str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        width = self.width

        height = self.height

        fit = self.fit.value

        format_ = self.format_.value

        quality = self.quality

        padding_color = self.padding_color

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "width": width,
                "height": height,
                "fit": fit,
                "format": format_,
                "quality": quality,
                "padding_color": padding_color,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        width = d.pop("width")

        height = d.pop("height")

        fit = OutputFit(d.pop("fit"))

        format_ = OutputFormat(d.pop("format"))

        quality = d.pop("quality")

        padding_color = d.pop("padding_color")

        output_preset_entry = cls(
            name=name,
            width=width,
            height=height,
            fit=fit,
            format_=format_,
            quality=quality,
            padding_color=padding_color,
        )

        output_preset_entry.additional_properties = d
        return output_preset_entry

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
