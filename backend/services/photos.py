"""Pictures that people send: only pictures, small, and nothing said in them of place or camera."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Final

import av
import numpy as np
from av.error import FFmpegError
from av.video.frame import VideoFrame

from anban.errors import Rejected

LARGEST: Final = 2 * 1024 * 1024
"""bytes as they come"""
MOST_PIXELS: Final = 40_000_000
LONGEST_SIDE: Final = 1280
"""pixels as it is kept: enough to see a made bed"""
_WRONG = "照片不对，应为 2 MB 以内的 JPEG、PNG 或 WebP"
_QUALITY = 5
"""of 1 (best) to 31"""


def kept_form(picture: bytes) -> bytes:
    """Return a picture as it is kept: a new JPEG of its pixels, and nothing else that was in it.

    Raises:
        Rejected: it is no picture we take; names `photo`.
    """
    demuxer = _demuxer(picture)
    if demuxer is None or len(picture) > LARGEST:
        raise Rejected(_WRONG, "photo")
    try:
        return _encoded(_decoded(picture, demuxer))
    except (FFmpegError, ValueError, IndexError, StopIteration):
        raise Rejected(_WRONG, "photo") from None


def _demuxer(picture: bytes) -> str | None:
    """Return how to read it, by its first bytes: nothing else is ever tried."""
    if picture.startswith(b"\xff\xd8\xff"):
        return "jpeg_pipe"
    if picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png_pipe"
    if picture[:4] == b"RIFF" and picture[8:12] == b"WEBP":
        return "webp_pipe"
    return None


def _decoded(picture: bytes, demuxer: str) -> VideoFrame:
    with av.open(io.BytesIO(picture), mode="r", format=demuxer) as container:
        stream = container.streams.video[0]
        if not 0 < stream.width * stream.height <= MOST_PIXELS:
            raise ValueError("too many pixels")
        return next(container.decode(stream))


def _encoded(frame: VideoFrame) -> bytes:
    shrink = min(1.0, LONGEST_SIDE / max(frame.width, frame.height))
    width, height = (max(2, round(side * shrink) // 2 * 2) for side in (frame.width, frame.height))
    small = frame.reformat(width, height, "rgb24").to_ndarray()
    # how the telephone was held stands beside the pixels
    upright = VideoFrame.from_ndarray(_turned(small, frame.rotation), format="rgb24")
    upright = upright.reformat(format="yuvj420p")
    upright.pts = 0
    codec = av.CodecContext.create("mjpeg", "w")
    codec.width, codec.height = upright.width, upright.height
    codec.pix_fmt, codec.time_base = "yuvj420p", Fraction(1, 1)
    codec.options = {"qmin": str(_QUALITY), "qmax": str(_QUALITY)}
    return b"".join(bytes(packet) for packet in [*codec.encode(upright), *codec.encode(None)])


def _turned(pixels: np.ndarray, degrees: float) -> np.ndarray:
    """Return an image turned counter-clockwise by quarters of a turn."""
    return np.ascontiguousarray(np.rot90(pixels, round(degrees / 90)))
