"""``anban recordings``: the calls that were kept, and one of them as sound and text."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from anban import settings as settings_module
from anban import wiring
from voice.recording import Archive

app = typer.Typer(help="Recorded calls of elders who agreed.", no_args_is_help=True)


@app.command("list")
def list_calls() -> None:
    """Ids of the calls that are kept."""
    for call_id in _archive().calls():
        typer.echo(call_id)


@app.command()
def show(
    call_id: str,
    out: Annotated[Path | None, typer.Option(help="stereo WAV: left the caller")] = None,
) -> None:
    """What was said in a call; with --out its sound, too."""
    from channels.phone.leg import RATE
    from voice.audio import wav_bytes

    call = _archive().read(call_id)
    for line in call.lines:
        speaker = "来电" if line.who == "caller" else "安伴"
        typer.echo(f"{line.at_s:6.1f}s  {speaker}: {line.text}")
    if out is not None:
        out.touch(mode=0o600)
        out.write_bytes(wav_bytes(np.stack([call.caller, call.anban], axis=1), RATE, channels=2))


def _archive() -> Archive:
    return Archive(wiring.recording_config(settings_module.load()))
