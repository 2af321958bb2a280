from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="UsageGroup")


@_attrs_define
class UsageGroup:
    """
    Attributes:
        jobs (int): Jobs accepted, the unfinished ones too.
        succeeded (int): Of these jobs, by now.
        failed (int): Of these jobs, by now; cancelled ones count.
        charged (int): Credits.
        refunded (int): Credits given back for these jobs, whenever that was: a refund counts where its job does.
        net (int): Credits: charged less refunded.
        key (None | str): What the jobs have in common: the day they were accepted (`2031-05-06`, UTC), the workflow's
            name, the pilot_brand (null: none given), or the ULID of the API key.
        label (None | str): Of an API key; else null.
    """

    jobs: int
    succeeded: int
    failed: int
    charged: int
    refunded: int
    net: int
    key: None | str
    label: None | str
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        jobs = self.jobs

        succeeded = self.succeeded

        failed = self.failed

        charged = self.charged

        refunded = self.refunded

        net = self.net

        key: None | str
        key = self.key

        label: None | str
        label = self.label

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "jobs": jobs,
                "succeeded": succeeded,
                "failed": failed,
                "charged": charged,
                "refunded": refunded,
                "net": net,
                "key": key,
                "label": label,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        jobs = d.pop("jobs")

        succeeded = d.pop("succeeded")

        failed = d.pop("failed")

        charged = d.pop("charged")

        refunded = d.pop("refunded")

        net = d.pop("net")

        def _parse_key(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        key = _parse_key(d.pop("key"))

        def _parse_label(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        label = _parse_label(d.pop("label"))

        usage_group = cls(
            jobs=jobs,
            succeeded=succeeded,
            failed=failed,
            charged=charged,
            refunded=refunded,
            net=net,
            key=key,
            label=label,
        )

        usage_group.additional_properties = d
        return usage_group

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
