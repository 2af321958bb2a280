from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.spec_word import SpecWord


T = TypeVar("T", bound="SpecVocabulary")


@_attrs_define
class SpecVocabulary:
    """
    Attributes:
        scene_types (list[SpecWord]): What a backdrop can show.
        moods (list[SpecWord]): The light that it can have.
    """

    scene_types: list[SpecWord]
    moods: list[SpecWord]
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        scene_types = []
        for scene_types_item_data in self.scene_types:
            scene_types_item = scene_types_item_data.to_dict()
            scene_types.append(scene_types_item)

        moods = []
        for moods_item_data in self.moods:
            moods_item = moods_item_data.to_dict()
            moods.append(moods_item)

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "scene_types": scene_types,
                "moods": moods,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.spec_word import SpecWord  # noqa: PLC0415

        d = dict(src_dict)
        scene_types = []
        _scene_types = d.pop("scene_types")
        for scene_types_item_data in _scene_types:
            scene_types_item = SpecWord.from_dict(scene_types_item_data)

            scene_types.append(scene_types_item)

        moods = []
        _moods = d.pop("moods")
        for moods_item_data in _moods:
            moods_item = SpecWord.from_dict(moods_item_data)

            moods.append(moods_item)

        spec_vocabulary = cls(
            scene_types=scene_types,
            moods=moods,
        )

        spec_vocabulary.additional_properties = d
        return spec_vocabulary

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
