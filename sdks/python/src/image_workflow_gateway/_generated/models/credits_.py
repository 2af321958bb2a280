from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

T = TypeVar("T", bound="Credits")


@_attrs_define
class Credits:
    """
    Attributes:
        balance (int): Credits that can be spent now.
        in_flight (int): Credits charged for jobs that have not finished.
        currency (str): Always `credits`.
        livemode (bool): True in live mode, false in test mode.
    """

    balance: int
    in_flight: int
    currency: str
    livemode: bool
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        balance = self.balance

        in_flight = self.in_flight

        currency = self.currency

        livemode = self.livemode

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "balance": balance,
                "in_flight": in_flight,
                "currency": currency,
                "livemode": livemode,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        balance = d.pop("balance")

        in_flight = d.pop("in_flight")

        currency = d.pop("currency")

        livemode = d.pop("livemode")

        credits_ = cls(
            balance=balance,
            in_flight=in_flight,
            currency=currency,
            livemode=livemode,
        )

        credits_.additional_properties = d
        return credits_

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
