from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.render_origin import RenderOrigin

if TYPE_CHECKING:
    from ..models.render_detail_inputs import RenderDetailInputs


T = TypeVar("T", bound="RenderDetail")


@_attrs_define
class RenderDetail:
    """
    Attributes:
        public_id (str): The ULID of the job that made it.
        job_type (str): The workflow that made it.
        origin (RenderOrigin):
        image_url (str): Signed GET, valid for five minutes.
        inputs (RenderDetailInputs): What was asked for, with links to the pictures in place of storage keys.
        created_at (datetime.datetime): When the job succeeded.
    """

    public_id: str
    job_type: str
    origin: RenderOrigin
    image_url: str
    inputs: RenderDetailInputs
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        public_id = self.public_id

        job_type = self.job_type

        origin = self.origin.value

        image_url = self.image_url

        inputs = self.inputs.to_dict()

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "public_id": public_id,
                "job_type": job_type,
                "origin": origin,
                "image_url": image_url,
                "inputs": inputs,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.render_detail_inputs import RenderDetailInputs  # noqa: PLC0415

        d = dict(src_dict)
        public_id = d.pop("public_id")

        job_type = d.pop("job_type")

        origin = RenderOrigin(d.pop("origin"))

        image_url = d.pop("image_url")

        inputs = RenderDetailInputs.from_dict(d.pop("inputs"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        render_detail = cls(
            public_id=public_id,
            job_type=job_type,
            origin=origin,
            image_url=image_url,
            inputs=inputs,
            created_at=created_at,
        )

        render_detail.additional_properties = d
        return render_detail

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
