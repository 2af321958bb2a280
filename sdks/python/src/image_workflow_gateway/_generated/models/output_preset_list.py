from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.output_preset_entry import OutputPresetEntry


T = TypeVar("T", bound="OutputPresetList")


@_attrs_define
class OutputPresetList:
    """
    Attributes:
        output_presets (list[OutputPresetEntry]): One page, in the order that staff gave them.
        next_cursor (None | str): For `cursor` of the next request; null on the last page.
    """

    output_presets: list[OutputPresetEntry]
    next_cursor: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        output_presets = []
        for output_presets_item_data in self.output_presets:
            output_presets_item = output_presets_item_data.to_dict()
            output_presets.append(output_presets_item)

        next_cursor: None | str
        next_cursor = self.next_cursor

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "output_presets": output_presets,
                "next_cursor": next_cursor,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.output_preset_entry import OutputPresetEntry  # noqa: PLC0415

        d = dict(src_dict)
        output_presets = []
        _output_presets = d.pop("output_presets")
        for output_presets_item_data in _output_presets:
            output_presets_item = OutputPresetEntry.from_dict(output_presets_item_data)

            output_presets.append(output_presets_item)

        def _parse_next_cursor(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_cursor = _parse_next_cursor(d.pop("next_cursor"))

        output_preset_list = cls(
            output_presets=output_presets,
            next_cursor=next_cursor,
        )

        output_preset_list.additional_properties = d
        return output_preset_list

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
