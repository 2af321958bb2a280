from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="QuoteResponse")


@_attrs_define
class QuoteResponse:
    """What a request would cost; nothing was charged and no job was created (200).

    Attributes:
        credits_cost (int): Credits that the same request without `dry_run` deducts.
        balance_after (int): Credits that would be left, as things stand now.
        price_holds_until (datetime.datetime): The price does not change before this time.
    """

    credits_cost: int
    balance_after: int
    price_holds_until: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        credits_cost = self.credits_cost

        balance_after = self.balance_after

        price_holds_until = self.price_holds_until.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "credits_cost": credits_cost,
                "balance_after": balance_after,
                "price_holds_until": price_holds_until,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        credits_cost = d.pop("credits_cost")

        balance_after = d.pop("balance_after")

        price_holds_until = datetime.datetime.fromisoformat(d.pop("price_holds_until"))

        quote_response = cls(
            credits_cost=credits_cost,
            balance_after=balance_after,
            price_holds_until=price_holds_until,
        )

        quote_response.additional_properties = d
        return quote_response

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
