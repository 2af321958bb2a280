from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

if TYPE_CHECKING:
    from ..models.background_spec_metadata import BackgroundSpecMetadata


T = TypeVar("T", bound="BackgroundSpec")


@_attrs_define
class BackgroundSpec:
    """
    Attributes:
        display_name (str): A name for people.
        scene_type (str): What it shows, such as `table`.
        mood (str): Such as `bright`.
        dominant_colors (list[str]): #rrggbb, most first.
        metadata (BackgroundSpecMetadata): Whatever its maker noted.
    """

    display_name: str
    scene_type: str
    mood: str
    dominant_colors: list[str]
    metadata: BackgroundSpecMetadata
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        display_name = self.display_name

        scene_type = self.scene_type

        mood = self.mood

        dominant_colors = self.dominant_colors

        metadata = self.metadata.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "display_name": display_name,
                "scene_type": scene_type,
                "mood": mood,
                "dominant_colors": dominant_colors,
                "metadata": metadata,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.background_spec_metadata import BackgroundSpecMetadata  # noqa: PLC0415

        d = dict(src_dict)
        display_name = d.pop("display_name")

        scene_type = d.pop("scene_type")

        mood = d.pop("mood")

        dominant_colors = cast(list[str], d.pop("dominant_colors"))

        metadata = BackgroundSpecMetadata.from_dict(d.pop("metadata"))

        background_spec = cls(
            display_name=display_name,
            scene_type=scene_type,
            mood=mood,
            dominant_colors=dominant_colors,
            metadata=metadata,
        )

        background_spec.additional_properties = d
        return background_spec

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
