from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.event_type import EventType
from ..models.event_visibility import EventVisibility

if TYPE_CHECKING:
    from ..models.artifact import Artifact
    from ..models.event_extra import EventExtra


T = TypeVar("T", bound="Event")


@_attrs_define
class Event:
    """
    Attributes:
        seq (int): 1, 2, 3 … within the job, the order in which they happened; not every number is shown.
        event_type (EventType):
        visibility (EventVisibility):
        stage (None | str): What the job had come to.
        message (str): What happened, for people.
        artifacts (list[Artifact]): What was made, with the event `succeeded`.
        extra (EventExtra): Details of this event, such as the `code` and the `refunded` credits of a failure.
        created_at (datetime.datetime): When it was made.
    """

    seq: int
    event_type: EventType
    visibility: EventVisibility
    stage: None | str
    message: str
    artifacts: list[Artifact]
    extra: EventExtra
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        seq = self.seq

        event_type = self.event_type.value

        visibility = self.visibility.value

        stage: None | str
        stage = self.stage

        message = self.message

        artifacts = []
        for artifacts_item_data in self.artifacts:
            artifacts_item = artifacts_item_data.to_dict()
            artifacts.append(artifacts_item)

        extra = self.extra.to_dict()

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "seq": seq,
                "event_type": event_type,
                "visibility": visibility,
                "stage": stage,
                "message": message,
                "artifacts": artifacts,
                "extra": extra,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.artifact import Artifact  # noqa: PLC0415
        from ..models.event_extra import EventExtra  # noqa: PLC0415

        d = dict(src_dict)
        seq = d.pop("seq")

        event_type = EventType(d.pop("event_type"))

        visibility = EventVisibility(d.pop("visibility"))

        def _parse_stage(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        stage = _parse_stage(d.pop("stage"))

        message = d.pop("message")

        artifacts = []
        _artifacts = d.pop("artifacts")
        for artifacts_item_data in _artifacts:
            artifacts_item = Artifact.from_dict(artifacts_item_data)

            artifacts.append(artifacts_item)

        extra = EventExtra.from_dict(d.pop("extra"))

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        event = cls(
            seq=seq,
            event_type=event_type,
            visibility=visibility,
            stage=stage,
            message=message,
            artifacts=artifacts,
            extra=extra,
            created_at=created_at,
        )

        event.additional_properties = d
        return event

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
