from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.background_status import BackgroundStatus

if TYPE_CHECKING:
    from ..models.background_spec import BackgroundSpec


T = TypeVar("T", bound="CatalogBackground")


@_attrs_define
class CatalogBackground:
    """
    Attributes:
        public_id (str): For `background_image_public_id` of a workflow.
        image_url (str): Signed GET, valid for five minutes.
        status (BackgroundStatus):
        spec (BackgroundSpec):
        description (str): A sentence for people.
        generation_job_public_id (None | str): The job that made it.
        created_at (datetime.datetime): When it was made.
    """

    public_id: str
    image_url: str
    status: BackgroundStatus
    spec: BackgroundSpec
    description: str
    generation_job_public_id: None | str
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        public_id = self.public_id

        image_url = self.image_url

        status = self.status.value

        spec = self.spec.to_dict()

        description = self.description

        generation_job_public_id: None | str
        generation_job_public_id = self.generation_job_public_id

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "public_id": public_id,
                "image_url": image_url,
                "status": status,
                "spec": spec,
                "description": description,
                "generation_job_public_id": generation_job_public_id,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.background_spec import BackgroundSpec  # noqa: PLC0415

        d = dict(src_dict)
        public_id = d.pop("public_id")

        image_url = d.pop("image_url")

        status = BackgroundStatus(d.pop("status"))

        spec = BackgroundSpec.from_dict(d.pop("spec"))

        description = d.pop("description")

        def _parse_generation_job_public_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        generation_job_public_id = _parse_generation_job_public_id(d.pop("generation_job_public_id"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        catalog_background = cls(
            public_id=public_id,
            image_url=image_url,
            status=status,
            spec=spec,
            description=description,
            generation_job_public_id=generation_job_public_id,
            created_at=created_at,
        )

        catalog_background.additional_properties = d
        return catalog_background

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
