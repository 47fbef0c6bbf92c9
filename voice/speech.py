"""Hearing and speaking for the other processes, over HTTP."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

from fastapi import FastAPI, HTTPException, Request, Response
from pydantic import BaseModel, Field
from starlette.datastructures import UploadFile

from anban.errors import EngineUnavailable, SpeechError, UnreadableAudio

if TYPE_CHECKING:
    from voice.server import VoiceServer

LONGEST_TEXT = 2_000
"""Characters `/synthesize` speaks at once."""


class SpeechOrder(BaseModel):
    """What is to be spoken."""

    text: str = Field(min_length=1, max_length=LONGEST_TEXT, description="written form")
    rate: float | None = Field(None, ge=0.5, le=1.5, description="1.0 is the voice's own pace")
    voice: str | None = Field(None, max_length=60, description="the engine's name of a voice")
    form: Literal["wav", "mp3"] = "wav"


def add_speech(app: FastAPI, server: VoiceServer, guarded: list[Any]) -> None:
    """Open the doors on the voice process's HTTP side."""

    @app.post("/transcribe", dependencies=guarded)
    async def transcribe(request: Request, engine: str | None = None) -> dict[str, Any]:
        """Recognise a recording: raw body or multipart field ``file``."""
        data = await _upload(request, server.config.max_upload_bytes)
        heard = await _translated(server.transcribe(data, engine))
        return {
            "text": heard.text,
            "confidence": round(heard.confidence, 4),
            "engine": heard.engine,
            "seconds": round(heard.seconds, 3),
        }

    @app.post("/synthesize", dependencies=guarded, response_class=Response)
    async def synthesize(order: SpeechOrder) -> Response:
        """Speak a text; the answer is a WAV or an MP3."""
        data = await _translated(server.synthesize(order))
        return Response(data, media_type="audio/mpeg" if order.form == "mp3" else "audio/wav")


async def _upload(request: Request, limit: int) -> bytes:
    """The recording, from a multipart field or the raw body.

    Raises:
        HTTPException: 413 where it is too large, 422 where the multipart form holds no file.
    """
    length = int(request.headers.get("content-length") or 0)
    if length > limit:
        raise HTTPException(413, f"the recording is larger than {limit // 1_000_000} MB")
    if request.headers.get("content-type", "").startswith("multipart/form-data"):
        async with request.form() as form:
            for part in form.values():
                if isinstance(part, UploadFile):
                    return await part.read()
        raise HTTPException(422, "the form holds no file: send the recording as field `file`")
    data = bytearray()
    async for piece in request.stream():
        data += piece
        if len(data) > limit:
            raise HTTPException(413, f"the recording is larger than {limit // 1_000_000} MB")
    return bytes(data)


async def _translated(work: Any) -> Any:
    """The result, with our errors as HTTP ones."""
    try:
        return await work
    except UnreadableAudio as unreadable:
        raise HTTPException(
            415, f"{unreadable}; send WAV or another common audio format"
        ) from unreadable
    except EngineUnavailable as unusable:
        raise HTTPException(503, str(unusable)) from unusable
    except SpeechError as refused:
        raise HTTPException(422, str(refused)) from refused
