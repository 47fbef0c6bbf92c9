"""Pictures: kept upright and small, with nothing of where they were taken; nothing else is kept."""

import io
import struct
import zlib
from fractions import Fraction

import av
import numpy as np
import pytest

from anban.errors import Rejected
from backend.services.photos import LARGEST, LONGEST_SIDE, kept_form

pytestmark = pytest.mark.unit

RED, GREEN, BLUE, BLACK = (255, 0, 0), (0, 255, 0), (0, 0, 255), (0, 0, 0)


def jpeg(width: int = 64, height: int = 48) -> bytes:
    """Red and green above, blue and black below."""
    pixels = np.zeros((height, width, 3), np.uint8)
    pixels[: height // 2, : width // 2], pixels[: height // 2, width // 2 :] = RED, GREEN
    pixels[height // 2 :, : width // 2] = BLUE
    frame = av.VideoFrame.from_ndarray(pixels, format="rgb24").reformat(format="yuvj420p")
    frame.pts = 0
    codec = av.CodecContext.create("mjpeg", "w")
    codec.width, codec.height, codec.pix_fmt = width, height, "yuvj420p"
    codec.time_base = Fraction(1, 1)
    return b"".join(bytes(packet) for packet in [*codec.encode(frame), *codec.encode(None)])


def held(picture: bytes, orientation: int) -> bytes:
    """Say in the picture how the telephone was held (EXIF, tag 0x112)."""
    entry = struct.pack(">HHIHH", 0x112, 3, 1, orientation, 0)
    note = b"Exif\0\0MM\x00*\x00\x00\x00\x08\x00\x01" + entry + b"\0\0\0\0"
    return picture[:2] + b"\xff\xe1" + struct.pack(">H", len(note) + 2) + note + picture[2:]


def png(width: int, height: int) -> bytes:
    """The head of a picture of any size, with next to nothing in it."""
    parts = [(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))]
    parts += [(b"IDAT", zlib.compress(b"\0" * 64)), (b"IEND", b"")]
    chunks = (
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def corners(picture: bytes) -> list[tuple[int, int, int]]:
    """The nearest colours of the four quarters, row by row."""
    with av.open(io.BytesIO(picture), format="jpeg_pipe") as container:
        pixels = next(container.decode(video=0)).to_ndarray(format="rgb24").astype(int)
    high, wide = pixels.shape[:2]
    spots = [pixels[y, x] for y in (high // 4, 3 * high // 4) for x in (wide // 4, 3 * wide // 4)]
    known = (RED, GREEN, BLUE, BLACK)
    return [min(known, key=lambda one: abs(spot - np.array(one)).sum()) for spot in spots]


@pytest.mark.parametrize(
    ("orientation", "upright"),
    [
        (1, [RED, GREEN, BLUE, BLACK]),
        (3, [BLACK, BLUE, GREEN, RED]),
        (6, [BLUE, RED, BLACK, GREEN]),
        (8, [GREEN, BLACK, RED, BLUE]),
    ],
)
def test_it_is_kept_upright_and_what_stood_beside_the_pixels_is_gone(orientation, upright):
    kept = kept_form(held(jpeg(), orientation))
    assert corners(kept) == upright
    assert b"Exif" not in kept


def test_it_is_kept_small():
    kept = kept_form(jpeg(3000, 1500))
    with av.open(io.BytesIO(kept), format="jpeg_pipe") as container:
        assert (container.streams.video[0].width, container.streams.video[0].height) == (
            LONGEST_SIDE,
            LONGEST_SIDE // 2,
        )


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"#EXTM3U\nfile:///etc/passwd",
        b"ffconcat version 1.0\nfile /etc/passwd",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        jpeg()[:100],
        b"\xff\xd8\xff" + b"\0" * 1000,
        png(60_000, 60_000),
        png(0, 0),
        b"RIFF\0\0\0\0WEBP",
        jpeg() + b"\0" * LARGEST,
    ],
)
def test_whatever_else_comes_is_refused(picture: bytes):
    with pytest.raises(Rejected) as refused:
        kept_form(picture)
    assert refused.value.field == "photo"
