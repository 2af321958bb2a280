"""The contact sheet: source, background and result in a row, and below them the refusal."""

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont, ImageOps

from config.demo import job

PAPER, CARD, INK, SOFT, LINE = "#f4f3f0", "#ffffff", "#1d1f22", "#6b7076", "#dedcd6"
GOOD, BAD = "#1f7a4d", "#b3372f"
WIDTH, EDGE, GAP, PANEL, CAPTION = 1200, 48, 60, 328, 74
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
    pictures: Pictures,
    background: str,
    swap: job.Followed,
    refusal: job.Followed,
    ledger: list[dict[str, Any]],
) -> None:
    """Write the sheet as PNG."""
    top = 128
    below = top + PANEL + CAPTION + 84
    sheet = Sheet(WIDTH, below + REFUSED + EDGE)
    cost = swap.accepted.body["credits_cost"]
    sheet.text((EDGE, 40), "background-swap-with-image", 34, INK, bold=True)
    sheet.text((EDGE, 86), f"{cost} credits, {swap.took:.1f} s from the 202 to the result", 18, SOFT)
    panels = [
        (Image.open(pictures.source), "Source", "as it was uploaded"),
        (Image.open(io.BytesIO(pictures.background)), "Background", f"“{background}” of the catalogue"),
        (Image.open(pictures.result), "Result", _size(swap)),
    ]
    for number, (picture, name, detail) in enumerate(panels):
        left = EDGE + number * (PANEL + GAP)
        sheet.card((left, top, PANEL, PANEL), picture, name, detail)
        if number:
            sheet.sign("+" if number == 1 else "=", left - GAP // 2, top + PANEL // 2)
    _draw_refusal(sheet, below, pictures.refused, refusal, ledger)
    sheet.image.save(path, optimize=True)


def _size(swap: job.Followed) -> str:
    meta = swap.state["result"]["artifacts"][-1]["meta"]
    return f"{meta['width']} x {meta['height']} pixels"


def _draw_refusal(
    sheet: "Sheet", top: int, picture: Path, refusal: job.Followed, ledger: list[dict[str, Any]]
) -> None:
    sheet.rule(top - 36)
    error = refusal.state["error"]
    sheet.picture((EDGE, top, REFUSED, REFUSED), Image.open(picture))
    left = EDGE + REFUSED + 40
    sheet.badge(left, top + 2, "FAILURE", BAD)
    sheet.text((left + 122, top + 5), error["code"], 20, BAD, bold=True)
    y = sheet.paragraph(left, top + 46, error["message"], 18, SOFT, WIDTH - EDGE - left)
    sheet.ledger(left, y + 18, ledger)


class Sheet:
    """A drawing area in which everything is placed by its top left corner, in pixels."""

    def __init__(self, width: int, height: int) -> None:
        self.image = Image.new("RGB", (width, height), PAPER)
        self._pen = ImageDraw.Draw(self.image)

    def text(
        self, at: tuple[float, float], text: str, size: int, colour: str, *, bold: bool = False, anchor: str = "la"
    ) -> None:
        # The one font that Pillow brings is a regular: a thin outline makes it bold.
        weight = size / 50 if bold else 0
        self._pen.text(at, text, fill=colour, font=_font(size), anchor=anchor, stroke_width=weight)

    def paragraph(self, left: int, top: int, text: str, size: int, colour: str, width: int) -> int:
        """Lines no wider than `width`. Returns where the next thing may begin."""
        line = ""
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
        self._pen.rounded_rectangle((left, top, left + 106, top + 30), radius=6, fill=colour)
        self.text((left + 53, top + 15), text, 17, CARD, bold=True, anchor="mm")

    def ledger(self, left: int, top: int, entries: list[dict[str, Any]]) -> None:
        """One row an entry: kind, description, amount, balance."""
        for number, entry in enumerate(entries):
            y = top + number * 28
            self.text((left, y), entry["kind"], 17, INK, bold=entry["kind"] == "REFUND")
            self.text((left + 120, y), entry["description"], 17, SOFT)
            colour = GOOD if entry["amount"] > 0 else BAD
            self.text((left + 520, y), f"{entry['amount']:+d}", 17, colour, bold=True, anchor="ra")
            self.text((left + 620, y), str(entry["balance_after"]), 17, INK, anchor="ra")


def _font(size: int) -> ImageFont.FreeTypeFont:
    font = ImageFont.load_default(size=size)
    assert isinstance(font, ImageFont.FreeTypeFont)
    return font
