"""A font in which every Chinese character is a square: small, and nobody's property."""

from __future__ import annotations

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen

UNITS = 1000
_CHARACTERS = (
    *range(0x20, 0x7F),
    *range(0x3000, 0x3020),
    *range(0x4E00, 0xA000),
    *range(0xFF00, 0xFF60),
)


def square_font(path: Path) -> Path:
    """Writes the font as TrueType and returns where."""
    names = [".notdef", *(f"u{one:04X}" for one in _CHARACTERS)]
    made = FontBuilder(UNITS, isTTF=True)
    made.setupGlyphOrder(names)
    made.setupCharacterMap(dict(zip(_CHARACTERS, names[1:], strict=True)))
    pen = TTGlyphPen(None)
    pen.moveTo((100, 0))
    for corner in ((100, 700), (900, 700), (900, 0)):
        pen.lineTo(corner)
    pen.closePath()
    square = pen.glyph()
    made.setupGlyf(dict.fromkeys(names, square))
    made.setupHorizontalMetrics(dict.fromkeys(names, (UNITS, 100)))
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable({"familyName": "Squares", "styleName": "Regular"})
    made.setupOS2()
    made.setupPost()
    made.save(path)
    return path
