"""The contact sheet: source, background and result in a row, and below them the refusal."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from PIL import Image, ImageDraw, ImageFont, ImageOps

from config.demo import job

PAPER, CARD, INK, SOFT, LINE = "#f4f3f0", "#ffffff", "#1d1f22", "#6b7076", "#dedcd6"
GOOD, BAD = "#1f7a4d", "#b3372f"
WIDTH, EDGE, GAP, CAPTION = 1400, 48, 52, 76
REFUSED = 236


@dataclass(frozen=True)
class Pictures:
    """Paths, and the background as it was fetched."""

    source: Path
    background: bytes
    result: Path
    refused: Path


def draw(
    path: Path,
    *,
    pictures: Pictures,
    background: str,
    swap: job.Followed,
    refusal: job.Followed,
    ledger: list[dict[str, Any]],
) -> None:
    """Write the sheet as PNG."""
    panels = _panels(pictures, background, swap)
    # One height for all, none cut.
    room = WIDTH - 2 * EDGE - (len(panels) - 1) * GAP
    height = round(room / sum(picture.width / picture.height for picture, _, _ in panels))
    top = 134
    below = top + height + CAPTION + 84
    sheet = Sheet(WIDTH, below + REFUSED + EDGE)
    sheet.text((EDGE, 38), "Image workflow gateway", 34, INK, bold=True)
    sheet.text((EDGE, 86), "What “manage.py demo” asked for, and what came back", 19, SOFT)
    left = EDGE
    for number, (picture, name, detail) in enumerate(panels):
        if number:
            sheet.sign("+" if number == 1 else "=", left - GAP // 2, top + height // 2)
        box = (left, top, round(height * picture.width / picture.height), height)
        sheet.card(box, picture, name, detail)
        left += box[2] + GAP
    _draw_refusal(sheet, below, pictures.refused, refusal, ledger)
    sheet.image.save(path)


def _panels(pictures: Pictures, background: str, swap: job.Followed) -> list[tuple[Image.Image, str, str]]:
    meta = swap.render["meta"]
    result = f"{meta['width']} x {meta['height']}, {swap.took:.1f} s, {swap.state['credits']['net']} credits"
    source = Image.open(pictures.source)
    return [
        (source, "Source", f"{source.width} x {source.height}, as it was uploaded"),
        (Image.open(io.BytesIO(pictures.background)), "Background", f"“{background}” of the catalogue"),
        (Image.open(pictures.result), "Result", result),
    ]


def _draw_refusal(
    sheet: "Sheet", top: int, picture: Path, refusal: job.Followed, ledger: list[dict[str, Any]]
) -> None:
    sheet.rule(top - 42)
    error = refusal.state["error"]
    sheet.picture((EDGE, top, REFUSED, REFUSED), Image.open(picture))
    left = EDGE + REFUSED + 40
    sheet.badge(left, top, "FAILURE", BAD)
    sheet.text((left + 124, top + 3), error["code"], 20, BAD, bold=True)
    y = sheet.paragraph((left, top + 46), error["message"], 18, SOFT, width=WIDTH - EDGE - left)
    sheet.ledger(left, y + 16, ledger)


class Sheet:
    """A drawing area in which everything is placed by its top left corner, in pixels."""

    def __init__(self, width: int, height: int) -> None:
        self.image = Image.new("RGB", (width, height), PAPER)
        self._pen = ImageDraw.Draw(self.image)

    def text(
        self,
        at: tuple[float, float],
        text: str,
        size: int,
        colour: str,
        *,
        bold: bool = False,
        anchor: str = "la",
    ) -> None:
        # The one font that Pillow brings is a regular: a thin outline makes it bold.
        weight = min(size / 60, 0.5) if bold else 0
        self._pen.text(at, text, fill=colour, font=_font(size), anchor=anchor, stroke_width=weight)

    def paragraph(self, at: tuple[int, int], text: str, size: int, colour: str, *, width: int) -> int:
        """Lines no wider than `width`. Returns where the next thing may begin."""
        (left, top), line = at, ""
        for word in [*text.split(), ""]:
            longer = f"{line} {word}".strip()
            if word and _font(size).getlength(longer) <= width:
                line = longer
                continue
            self.text((left, top), line, size, colour)
            line, top = word, top + round(size * 1.45)
        return top

    def picture(self, box: tuple[int, int, int, int], picture: Image.Image) -> None:
        """Cover the box with the picture, cut at its edges."""
        left, top, width, height = box
        fitted = ImageOps.fit(picture.convert("RGB"), (width, height), Image.Resampling.LANCZOS)
        self.image.paste(fitted, (left, top))

    def card(self, box: tuple[int, int, int, int], picture: Image.Image, name: str, detail: str) -> None:
        left, top, width, height = box
        outline = (left - 1, top - 1, left + width, top + height + CAPTION)
        self._pen.rectangle(outline, fill=CARD, outline=LINE)
        self.picture(box, picture)
        self.text((left + 18, top + height + 13), name, 20, INK, bold=True)
        self.text((left + 18, top + height + 41), detail, 16, SOFT)

    def sign(self, text: str, x: int, y: int) -> None:
        self.text((x, y), text, 44, SOFT, anchor="mm")

    def rule(self, y: int) -> None:
        self._pen.line((EDGE, y, WIDTH - EDGE, y), fill=LINE, width=2)

    def badge(self, left: int, top: int, text: str, colour: str) -> None:
        self._pen.rectangle((left, top, left + 106, top + 30), fill=colour)
        self.text((left + 53, top + 14), text, 17, CARD, bold=True, anchor="mm")

    def ledger(self, left: int, top: int, entries: list[dict[str, Any]]) -> None:
        """One row an entry: kind, description, amount, balance."""
        for offset, heading in ((0, "ledger"), (520, "credits"), (640, "balance")):
            self.text((left + offset, top), heading, 15, SOFT, anchor="la" if offset == 0 else "ra")
        for number, entry in enumerate(entries, start=1):
            y = top + number * 28
            self.text((left, y), entry["kind"], 17, INK, bold=entry["kind"] == "REFUND")
            self.text((left + 120, y), entry["description"], 17, SOFT)
            colour = GOOD if entry["amount"] > 0 else BAD
            self.text((left + 520, y), f"{entry['amount']:+d}", 17, colour, bold=True, anchor="ra")
            self.text((left + 640, y), str(entry["balance_after"]), 17, INK, anchor="ra")


def _font(size: int) -> ImageFont.FreeTypeFont:
    # Given a size, it is the outline font and not the old bitmap one.
    return cast(ImageFont.FreeTypeFont, ImageFont.load_default(size=size))
