from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar, cast

from attrs import define as _attrs_define

from ..types import UNSET, Unset

T = TypeVar("T", bound="BackgroundSwapWithImageRequest")


@_attrs_define
class BackgroundSwapWithImageRequest:
    """POST /v1/background-swap-with-image — swap to a catalog background.

    Attributes:
        background_image_public_id (str): `public_id` of an active entry of `GET /v1/catalog/backgrounds`.
        output_preset (str): `name` of an active preset of `GET /v1/output-presets`.
        source_image_s3_key (None | str | Unset): `upload_key` of an upload, or the key of an object under your own
            storage prefix. Used as the picture where both sources are given. With a test key `{your test storage
            prefix}magic/NAME` rehearses an outcome: `success`, `no_subject`, `hang` and others, which a 422 for an unknown
            NAME lists.
        source_render_public_id (None | str | Unset): A finished render of yours.
        pilot_brand (None | str | Unset): A label to file the work under.
    """

    background_image_public_id: str
    output_preset: str
    source_image_s3_key: None | str | Unset = UNSET
    source_render_public_id: None | str | Unset = UNSET
    pilot_brand: None | str | Unset = UNSET

    def to_dict(self) -> dict[str, Any]:
        background_image_public_id = self.background_image_public_id

        output_preset = self.output_preset

        source_image_s3_key: None | str | Unset
        if isinstance(self.source_image_s3_key, Unset):
            source_image_s3_key = UNSET
        else:
            source_image_s3_key = self.source_image_s3_key

        source_render_public_id: None | str | Unset
        if isinstance(self.source_render_public_id, Unset):
            source_render_public_id = UNSET
        else:
            source_render_public_id = self.source_render_public_id

        pilot_brand: None | str | Unset
        if isinstance(self.pilot_brand, Unset):
            pilot_brand = UNSET
        else:
            pilot_brand = self.pilot_brand

        field_dict: dict[str, Any] = {}

        field_dict.update(
            {
                "background_image_public_id": background_image_public_id,
                "output_preset": output_preset,
            }
        )
        if source_image_s3_key is not UNSET:
            field_dict["source_image_s3_key"] = source_image_s3_key
        if source_render_public_id is not UNSET:
            field_dict["source_render_public_id"] = source_render_public_id
        if pilot_brand is not UNSET:
            field_dict["pilot_brand"] = pilot_brand

        return field_dict

    @classmethod
    def from_dict(cls: type[T], src_dict: Mapping[str, Any]) -> T:
        d = dict(src_dict)
        background_image_public_id = d.pop("background_image_public_id")

        output_preset = d.pop("output_preset")

        def _parse_source_image_s3_key(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        source_image_s3_key = _parse_source_image_s3_key(d.pop("source_image_s3_key", UNSET))

        def _parse_source_render_public_id(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        source_render_public_id = _parse_source_render_public_id(d.pop("source_render_public_id", UNSET))

        def _parse_pilot_brand(data: object) -> None | str | Unset:
            if data is None:
                return data
            if isinstance(data, Unset):
                return data
            return cast(None | str | Unset, data)

        pilot_brand = _parse_pilot_brand(d.pop("pilot_brand", UNSET))

        background_swap_with_image_request = cls(
            background_image_public_id=background_image_public_id,
            output_preset=output_preset,
            source_image_s3_key=source_image_s3_key,
            source_render_public_id=source_render_public_id,
            pilot_brand=pilot_brand,
        )

        return background_swap_with_image_request
