from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="JobCredits")


@_attrs_define
class JobCredits:
    """
    Attributes:
        cost (int): Credits deducted when the job was accepted.
        refunded (int): Credits given back: all of them if the job failed, else 0.
        net (int): What the job costs in the end: `cost` less `refunded`.
    """

    cost: int
    refunded: int
    net: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        cost = self.cost

        refunded = self.refunded

        net = self.net

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "cost": cost,
                "refunded": refunded,
                "net": net,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        cost = d.pop("cost")

        refunded = d.pop("refunded")

        net = d.pop("net")

        job_credits = cls(
            cost=cost,
            refunded=refunded,
            net=net,
        )

        job_credits.additional_properties = d
        return job_credits

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
