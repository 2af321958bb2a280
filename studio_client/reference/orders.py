"""What a caller asks for: the body of ``PUT /v1/jobs/{job_id}``, checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from studio_client.reference import rehearsals
from studio_client.reference.checks import Fields, Invalid

SWAP_WITH_IMAGE = "background-swap-with-image"
SWAP_WITH_SPEC = "background-swap-with-spec"
GENERATOR = "background-generator"
WORKFLOWS = (SWAP_WITH_IMAGE, SWAP_WITH_SPEC, GENERATOR)

FITS = ("cover", "contain", "pad")
FORMATS = ("jpeg", "png", "webp", "avif")
LONGEST_SIDE = 8192

_HEX_256 = re.compile(r"[0-9a-f]{64}")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture to fetch; ``sha256`` in hex where the caller knows it."""

    url: str
    sha256: str | None


@dataclass(frozen=True, slots=True)
class Callback:
    """Where to report, signed with the key of this id."""

    url: str
    key_id: str


@dataclass(frozen=True, slots=True)
class Order:
    """A checked request. ``spec``, ``output`` and ``options`` go to the engine as they are.

    ``rehearse`` names the outcome to be played, if one is; the source is then Studio's own.
    """

    workflow: str
    fingerprint: str
    source: Picture | None
    background: Picture | None
    spec: Mapping[str, object] | None
    output: Mapping[str, object]
    options: Mapping[str, object]
    put_url: str | None
    callback: Callback | None
    deadline: datetime
    metadata: Mapping[str, str]
    rehearse: str | None = None

    @property
    def format(self) -> str:
        return str(self.output["format"])


def read(body: object) -> Order:
    """The order in a decoded request body; raises :class:`Invalid`."""
    fields = Fields(body)
    workflow = fields.text("workflow")
    if workflow not in WORKFLOWS:
        raise Invalid("/workflow", f"one of {', '.join(WORKFLOWS)} is expected", "unknown_workflow")
    background = fields.within("background")
    by_image = workflow == SWAP_WITH_IMAGE
    rehearse = fields.one_of("rehearse", rehearsals.NAMES) if fields.has("rehearse") else None
    return Order(
        workflow=workflow,
        fingerprint=_fingerprint(fields),
        source=None if workflow == GENERATOR or rehearse else _picture(fields.within("source")),
        background=_picture(background) if by_image else None,
        spec=None if by_image else _spec(background.within("spec", "invalid_spec")),
        output=_output(fields.within("output", "invalid_preset")),
        options=_options(fields.within("options")) if fields.has("options") else {},
        put_url=fields.within("deliver_to").url("put_url") if fields.has("deliver_to") else None,
        callback=_callback(fields.within("callback")) if fields.has("callback") else None,
        deadline=fields.moment("deadline"),
        metadata=fields.labels("metadata"),
        rehearse=rehearse,
    )


def _fingerprint(fields: Fields) -> str:
    value = fields.text("fingerprint")
    if not _HEX_256.fullmatch(value):
        raise fields.fault("fingerprint", "64 lower-case hex digits are expected")
    return value


def _picture(fields: Fields) -> Picture:
    sha256 = fields.text("sha256") if fields.has("sha256") else None
    if sha256 is not None and not _HEX_256.fullmatch(sha256):
        raise fields.fault("sha256", "64 lower-case hex digits are expected")
    return Picture(fields.url("url"), sha256)


def _spec(fields: Fields) -> dict[str, object]:
    return {
        "scene_type": fields.text("scene_type"),
        "mood": fields.text("mood"),
        "dominant_colors": fields.texts("dominant_colors", 16),
        "seed": fields.whole("seed", 0, 2**63 - 1) if fields.has("seed") else None,
    }


def _output(fields: Fields) -> dict[str, object]:
    padding = fields.text("padding_color") if fields.has("padding_color") else "#ffffff"
    if not _COLOR.fullmatch(padding):
        raise fields.fault("padding_color", "#rrggbb is expected")
    return {
        "width": fields.whole("width", 16, LONGEST_SIDE),
        "height": fields.whole("height", 16, LONGEST_SIDE),
        "fit": fields.one_of("fit", FITS),
        "format": fields.one_of("format", FORMATS),
        "quality": fields.whole("quality", 1, 100) if fields.has("quality") else 90,
        "padding_color": padding,
    }


def _options(fields: Fields) -> dict[str, object]:
    switches: dict[str, object] = {name: fields.flag(name) for name in ("shadow", "harmonise", "light_wrap")}
    return switches | {"engine": fields.text("engine") if fields.has("engine") else None}


def _callback(fields: Fields) -> Callback:
    return Callback(fields.url("url"), fields.text("key_id"))
