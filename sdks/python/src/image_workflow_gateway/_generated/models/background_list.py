from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.catalog_background import CatalogBackground


T = TypeVar("T", bound="BackgroundList")


@_attrs_define
class BackgroundList:
    """
    Attributes:
        backgrounds (list[CatalogBackground]): One page, newest first.
        next_cursor (None | str): For `cursor` of the next request; null on the last page.
    """

    backgrounds: list[CatalogBackground]
    next_cursor: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        backgrounds = []
        for backgrounds_item_data in self.backgrounds:
            backgrounds_item = backgrounds_item_data.to_dict()
            backgrounds.append(backgrounds_item)

        next_cursor: None | str
        next_cursor = self.next_cursor

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "backgrounds": backgrounds,
                "next_cursor": next_cursor,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.catalog_background import CatalogBackground  # noqa: PLC0415

        d = dict(src_dict)
        backgrounds = []
        _backgrounds = d.pop("backgrounds")
        for backgrounds_item_data in _backgrounds:
            backgrounds_item = CatalogBackground.from_dict(backgrounds_item_data)

            backgrounds.append(backgrounds_item)

        def _parse_next_cursor(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        next_cursor = _parse_next_cursor(d.pop("next_cursor"))

        background_list = cls(
            backgrounds=backgrounds,
            next_cursor=next_cursor,
        )

        background_list.additional_properties = d
        return background_list

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
