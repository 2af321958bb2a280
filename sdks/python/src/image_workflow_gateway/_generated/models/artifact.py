from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.artifact_role import ArtifactRole

if TYPE_CHECKING:
    from ..models.artifact_meta import ArtifactMeta


T = TypeVar("T", bound="Artifact")


@_attrs_define
class Artifact:
    """
    Attributes:
        image_url (str): Signed GET, valid for five minutes.
        kind (str): Always `image` for now.
        role (ArtifactRole):
        label (str): A word for people.
        meta (ArtifactMeta):
    """

    image_url: str
    kind: str
    role: ArtifactRole
    label: str
    meta: ArtifactMeta
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        image_url = self.image_url

        kind = self.kind

        role = self.role.value

        label = self.label

        meta = self.meta.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "image_url": image_url,
                "kind": kind,
                "role": role,
                "label": label,
                "meta": meta,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.artifact_meta import ArtifactMeta  # noqa: PLC0415

        d = dict(src_dict)
        image_url = d.pop("image_url")

        kind = d.pop("kind")

        role = ArtifactRole(d.pop("role"))

        label = d.pop("label")

        meta = ArtifactMeta.from_dict(d.pop("meta"))

        artifact = cls(
            image_url=image_url,
            kind=kind,
            role=role,
            label=label,
            meta=meta,
        )

        artifact.additional_properties = d
        return artifact

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
