from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.usage_grouping import UsageGrouping

if TYPE_CHECKING:
    from ..models.usage_figures import UsageFigures
    from ..models.usage_group import UsageGroup


T = TypeVar("T", bound="Usage")


@_attrs_define
class Usage:
    """
    Attributes:
        from_ (datetime.datetime): Jobs accepted then or later.
        to (datetime.datetime): Jobs accepted before this time.
        group_by (UsageGrouping):
        groups (list[UsageGroup]): Days newest first, others by what was charged. None that has no jobs.
        groups_left_out (int): More than 1,000 groups are not listed: so many more there are. `totals` has them all.
        totals (UsageFigures):
    """

    from_: datetime.datetime
    to: datetime.datetime
    group_by: UsageGrouping
    groups: list[UsageGroup]
    groups_left_out: int
    totals: UsageFigures
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        from_ = self.from_.isoformat()

        to = self.to.isoformat()

        group_by = self.group_by.value

        groups = []
        for groups_item_data in self.groups:
            groups_item = groups_item_data.to_dict()
            groups.append(groups_item)

        groups_left_out = self.groups_left_out

        totals = self.totals.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "from": from_,
                "to": to,
                "group_by": group_by,
                "groups": groups,
                "groups_left_out": groups_left_out,
                "totals": totals,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.usage_figures import UsageFigures  # noqa: PLC0415
        from ..models.usage_group import UsageGroup  # noqa: PLC0415

        d = dict(src_dict)
        from_ = datetime.datetime.fromisoformat(d.pop("from"))

        to = datetime.datetime.fromisoformat(d.pop("to"))

        group_by = UsageGrouping(d.pop("group_by"))

        groups = []
        _groups = d.pop("groups")
        for groups_item_data in _groups:
            groups_item = UsageGroup.from_dict(groups_item_data)

            groups.append(groups_item)

        groups_left_out = d.pop("groups_left_out")

        totals = UsageFigures.from_dict(d.pop("totals"))

        usage = cls(
            from_=from_,
            to=to,
            group_by=group_by,
            groups=groups,
            groups_left_out=groups_left_out,
            totals=totals,
        )

        usage.additional_properties = d
        return usage

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
