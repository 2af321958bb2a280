from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Limits")


@_attrs_define
class Limits:
    """
    Attributes:
        requests_per_second (int | None): Requests that this key may send in the long run; null: any number.
        burst (int | None): Requests that this key may send at once; null: any number.
        jobs_in_flight (int): Unfinished jobs that this client may have at once.
    """

    requests_per_second: int | None
    burst: int | None
    jobs_in_flight: int
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        requests_per_second: int | None
        requests_per_second = self.requests_per_second

        burst: int | None
        burst = self.burst

        jobs_in_flight = self.jobs_in_flight

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "requests_per_second": requests_per_second,
                "burst": burst,
                "jobs_in_flight": jobs_in_flight,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)

        def _parse_requests_per_second(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        requests_per_second = _parse_requests_per_second(d.pop("requests_per_second"))

        def _parse_burst(data: object) -> int | None:
            if data is None:
                return data
            return cast(int | None, data)

        burst = _parse_burst(d.pop("burst"))

        jobs_in_flight = d.pop("jobs_in_flight")

        limits = cls(
            requests_per_second=requests_per_second,
            burst=burst,
            jobs_in_flight=jobs_in_flight,
        )

        limits.additional_properties = d
        return limits

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
