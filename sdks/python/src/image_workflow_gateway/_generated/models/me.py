from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import define as _attrs_define
from attrs import field as _attrs_field

from ..models.capability import Capability

if TYPE_CHECKING:
    from ..models.limits import Limits


T = TypeVar("T", bound="Me")


@_attrs_define
class Me:
    """
    Attributes:
        client_id (str): ULID of the client.
        name (str): Of the client.
        livemode (bool): True in live mode, false in test mode.
        api_key_id (str): ULID of this key, as `/v1/usage` by API key has it.
        capabilities (list[Capability]): What this key may do.
        storage_prefix (str): Where this client may put pictures of its own, but for `presigned/` below it.
        limits (Limits):
    """

    client_id: str
    name: str
    livemode: bool
    api_key_id: str
    capabilities: list[Capability]
    storage_prefix: str
    limits: Limits
    additional_properties: dict[str, Any] = _attrs_field(init=False, factory=dict)

    def to_dict(self) -> dict[str, Any]:
        client_id = self.client_id

        name = self.name

        livemode = self.livemode

        api_key_id = self.api_key_id

        capabilities = []
        for capabilities_item_data in self.capabilities:
            capabilities_item = capabilities_item_data.value
            capabilities.append(capabilities_item)

        storage_prefix = self.storage_prefix

        limits = self.limits.to_dict()

        field_dict: dict[str, Any] = {}
        field_dict.update(self.additional_properties)
        field_dict.update(
            {
                "client_id": client_id,
                "name": name,
                "livemode": livemode,
                "api_key_id": api_key_id,
                "capabilities": capabilities,
                "storage_prefix": storage_prefix,
                "limits": limits,
            }
        )

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        from ..models.limits import Limits  # noqa: PLC0415

        d = dict(src_dict)
        client_id = d.pop("client_id")

        name = d.pop("name")

        livemode = d.pop("livemode")

        api_key_id = d.pop("api_key_id")

        capabilities = []
        _capabilities = d.pop("capabilities")
        for capabilities_item_data in _capabilities:
            capabilities_item = Capability(capabilities_item_data)

            capabilities.append(capabilities_item)

        storage_prefix = d.pop("storage_prefix")

        limits = Limits.from_dict(d.pop("limits"))

        me = cls(
            client_id=client_id,
            name=name,
            livemode=livemode,
            api_key_id=api_key_id,
            capabilities=capabilities,
            storage_prefix=storage_prefix,
            limits=limits,
        )

        me.additional_properties = d
        return me

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
