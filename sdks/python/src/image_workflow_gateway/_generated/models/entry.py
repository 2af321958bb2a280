from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.entry_kind import EntryKind

T = TypeVar("T", bound="Entry")


@_attrs_define
class Entry:
    """
    Attributes:
        kind (EntryKind):
        amount (int): Positive into the account, negative out of it.
        balance_after (int): Credits in the account once this was booked.
        seq (int): 1, 2, 3 … without a gap.
        hash_ (str): SHA-256 (hex) over the hash before and this entry; see `docs/ledger.md`.
        job_id (None | str): The job that was charged or refunded.
        request_id (None | str): The request that was charged.
        description (str): What it is for.
        created_at (datetime.datetime): To the microsecond, as it was hashed.
    """

    kind: EntryKind
    amount: int
    balance_after: int
    seq: int
    hash_: str
    job_id: None | str
    request_id: None | str
    description: str
    created_at: datetime.datetime
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        kind = self.kind.value

        amount = self.amount

        balance_after = self.balance_after

        seq = self.seq

        hash_ = self.hash_

        job_id: None | str
        job_id = self.job_id

        request_id: None | str
        request_id = self.request_id

        description = self.description

        created_at = self.created_at.isoformat()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "kind": kind,
                "amount": amount,
                "balance_after": balance_after,
                "seq": seq,
                "hash": hash_,
                "job_id": job_id,
                "request_id": request_id,
                "description": description,
                "created_at": created_at,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        kind = EntryKind(d.pop("kind"))

        amount = d.pop("amount")

        balance_after = d.pop("balance_after")

        seq = d.pop("seq")

        hash_ = d.pop("hash")

        def _parse_job_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        job_id = _parse_job_id(d.pop("job_id"))

        def _parse_request_id(data: object) -> None | str:
            if data is None:
                return data
            return cast(None | str, data)

        request_id = _parse_request_id(d.pop("request_id"))

        description = d.pop("description")

        created_at = datetime.datetime.fromisoformat(d.pop("created_at"))

        entry = cls(
            kind=kind,
            amount=amount,
            balance_after=balance_after,
            seq=seq,
            hash_=hash_,
            job_id=job_id,
            request_id=request_id,
            description=description,
            created_at=created_at,
        )

        entry.additional_properties = d
        return entry

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
