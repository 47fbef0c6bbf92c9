"""The command line: one short function a command; the work is in the modules it calls."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Annotated

import typer

from anban import settings as settings_module
from anban.call import call as place_call
from anban.errors import AnbanError
from anban.models import models_app
from anban.policy_commands import policy_app
from anban.recordings import app as recordings_app

app = typer.Typer(
    help="Anban 安伴: answers when an elder-care hotline has nobody free.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(models_app, name="models")
app.add_typer(policy_app, name="policy")
app.add_typer(recordings_app, name="recordings")
app.command()(place_call)

_PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


def main() -> None:
    """Runs the command; an error raised on purpose is one clear line, not a trace."""
    try:
        app()
    except AnbanError as error:
        typer.echo(f"anban: {error}", err=True)
        raise SystemExit(1) from None


@app.command()
def up() -> None:
    """Start and watch every process of Anban until interrupted."""
    from anban.up import up as start

    settings_module.write_secrets(settings_module.load())
    raise typer.Exit(asyncio.run(start(settings_module.load())))


@app.command()
def run(
    once: Annotated[bool, typer.Option(help="stop after the rehearsal")] = False,
) -> None:
    """Start Anban with an invented county, print how to try it, and rehearse one spoken call."""
    from anban.run import run as start

    raise typer.Exit(asyncio.run(start(once=once)))


@app.command()
def serve(name: str) -> None:
    """Run one process in the foreground (`anban up` starts them all)."""
    from anban.serve import serve as start

    start(name, settings_module.load())


@app.command(context_settings=_PASS_ON)
def rasa(context: typer.Context) -> None:
    """Rasa's own commands, for example `anban rasa shell` (data and model paths filled in)."""
    from anban.rasa import run as start

    raise typer.Exit(start(settings_module.load(), context.args))


@app.command()
def train(
    force: Annotated[bool, typer.Option(help="also where nothing changed")] = False,
) -> None:
    """Train the language understanding and learn what policy is asked for, where inputs changed."""
    from anban.rasa import train as start

    status = start(settings_module.load(), force=force)
    if status == 0:
        from anban.policy import served_desk

        typer.echo("what policy is asked for: half a minute, only where it changed")
        served_desk()
    raise typer.Exit(status)


@app.command()
def understand() -> None:
    """Read JSON lines {"id","text","now"?,"context"?}; write what was understood of each."""
    from anban.understand import understand as start

    asyncio.run(start(sys.stdin, sys.stdout))


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="without one: JSON lines on stdin")] = None,
    locality: Annotated[str, typer.Option(help="a place name, for example 龙岩")] = "",
) -> None:
    """Answer a question on policy, with the document it rests on, or decline."""
    from anban.ask import ask as answer

    answer(question, locality, sys.stdin, sys.stdout)


@app.command()
def scenario(
    file: Annotated[Path, typer.Argument(help="conversations, one JSON object a line")],
    leg: Annotated[str, typer.Option(help="chat (typed) or audiosocket (spoken)")] = "chat",
) -> None:
    """Play scripted conversations against a fresh Anban and judge the rows they leave."""
    from anban.scenario import main as play

    failed = asyncio.run(play(file, sys.stdout, lambda line: typer.echo(line, err=True), leg))
    raise typer.Exit(1 if failed else 0)


@app.command()
def hotline(
    install_only: Annotated[bool, typer.Option("--install", help="only install Asterisk")] = False,
    sounds_to: Annotated[
        Path | None,
        typer.Option("--sounds", help="only speak what an exchange says into this folder"),
    ] = None,
) -> None:
    """Play a real hotline: Asterisk, two agents, overflow, call-outs and a call-back."""
    from anban import asterisk, sounds, wiring
    from anban.hotline import play

    settings = settings_module.load()
    if sounds_to is not None:
        made = asyncio.run(sounds.make(sounds_to, wiring.voice_config(settings).session.tts))
        typer.echo(f"{len(made)} sounds in {sounds_to / sounds.LANGUAGE}")
        return
    folder = settings.models_dir.parent / "asterisk"
    asterisk.install(folder, settings.debian_mirror, typer.echo)
    if not install_only:
        typer.echo(str(asyncio.run(play(folder, typer.echo))))


@app.command()
def chat(
    phone: Annotated[str, typer.Option(help="the number you pretend to write from")],
) -> None:
    """Talk to a running Anban by typing."""
    from anban.chat import chat as start

    asyncio.run(start(settings_module.load(), phone))


@app.command()
def channels() -> None:
    """Tell WeChat its menu and Telegram our address, once, and print those others call us at."""
    from anban.doors import announce

    for line in asyncio.run(announce(settings_module.load())):
        typer.echo(line)


@app.command()
def letter(
    phone: Annotated[str, typer.Argument(help="the elder's telephone number")],
) -> None:
    """Print the letter that gives an elder a number to bind a family member with."""
    from anban.doors import letter as write

    typer.echo(asyncio.run(write(settings_module.load(), phone)))


@app.command()
def doctor(
    brief: Annotated[bool, typer.Option(help="only what is missing")] = False,
) -> None:
    """Say what is missing on this machine and what to do about it."""
    from anban.doctor import doctor as examine

    raise typer.Exit(examine(settings_module.load(), brief=brief))
