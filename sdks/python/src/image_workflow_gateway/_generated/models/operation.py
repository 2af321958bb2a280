from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.operation_class import OperationClass

T = TypeVar("T", bound="Operation")


@_attrs_define
class Operation:
    """
    Attributes:
        name (str): The `{name}` of `POST /v1/{name}`.
        op_class (OperationClass):
        credits_cost (int): Price of one job now, in credits.
        enabled (bool): Whether jobs are taken now.
    """

    name: str
    op_class: OperationClass
    credits_cost: int
    enabled: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        name = self.name

        op_class = self.op_class.value

        credits_cost = self.credits_cost

        enabled = self.enabled

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "name": name,
                "op_class": op_class,
                "credits_cost": credits_cost,
                "enabled": enabled,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        name = d.pop("name")

        op_class = OperationClass(d.pop("op_class"))

        credits_cost = d.pop("credits_cost")

        enabled = d.pop("enabled")

        operation = cls(
            name=name,
            op_class=op_class,
            credits_cost=credits_cost,
            enabled=enabled,
        )

        operation.additional_properties = d
        return operation

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
