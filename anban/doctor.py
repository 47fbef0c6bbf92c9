"""``anban doctor``: what is missing on this machine, and what to do about it."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from anban import models
from anban.errors import SettingsError
from anban.processes import RASA_PYTHON, all_processes, check_ports
from anban.rasa import newest_models
from anban.settings import Settings, missing_secrets

_FREE_BYTES = 2_000_000_000


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        what: the thing.
        well: True where it is as it should be.
        remedy: what to do where it is not.
        needed: False for what only some parts need; it does not fail the examination.
    """

    what: str
    well: bool
    remedy: str
    needed: bool = True


def examine(settings: Settings) -> list[Finding]:
    """Looks at everything, cheap things first; starts nothing."""
    return [
        Finding("Python 3.11 or 3.12", sys.version_info[:2] in ((3, 11), (3, 12)), "install one"),
        Finding("Rasa's environment", RASA_PYTHON.exists(), "make setup"),
        Finding("a trained model", bool(newest_models()), "make train"),
        *_weights(settings),
        Finding("secrets in .env", not missing_secrets(settings), "`anban up` writes them", False),
        Finding(
            "the ports are free",
            _ports_free(settings),
            "stop the other program or Anban; or set other ports",
        ),
        Finding(
            "no cry for help waits to be sent",
            not any((settings.data / "spool").glob("*.cry")),
            "start Anban, it sends them; if they stay, see docs/reliability.md",
            needed=False,
        ),
        Finding("disk space for data", _disk(settings), "free 2 GB where ANBAN_DATA lies"),
        *(_program(*found) for found in _PROGRAMS),
    ]


_PROGRAMS = (
    ("node", "the mini-program", "install Node 20"),
    ("chromium", "browser tests", "apt-get install chromium fonts-noto-cjk"),
    ("mosquitto", "a broker for devices", "apt-get install mosquitto; it may be elsewhere"),
    ("asterisk", "a PBX of one's own", "your PBX may be elsewhere; see deploy/asterisk"),
)


def _program(name: str, use: str, remedy: str) -> Finding:
    return Finding(f"{name} ({use})", shutil.which(name) is not None, remedy, needed=False)


def _weights(settings: Settings) -> list[Finding]:
    return [
        Finding(f"weights {state.weight.name}", state.state == "ready", "bin/anban models fetch")
        for state in models.states(settings.models_dir)
        if state.weight.default
    ]


def _ports_free(settings: Settings) -> bool:
    try:
        check_ports(all_processes(settings, ""))
    except SettingsError:
        return False
    return True


def _disk(settings: Settings) -> bool:
    folder = settings.data
    while not folder.exists():
        folder = folder.parent
    return shutil.disk_usage(folder).free > _FREE_BYTES


def doctor(
    settings: Settings,
    *,
    brief: bool = False,
    look: Callable[[Settings], list[Finding]] = examine,
) -> int:
    """Prints the findings.

    Returns:
        0, or 1 where something that is needed is missing.
    """
    findings = look(settings)
    table = Table(box=None, show_header=False, pad_edge=False)
    for finding in findings:
        if finding.well:
            if not brief:
                table.add_row("[green]✓", finding.what, "")
        else:
            mark = "[red]✗" if finding.needed else "[yellow]–"
            table.add_row(mark, finding.what, finding.remedy)
    Console(highlight=False).print(table)
    failed = [finding for finding in findings if finding.needed and not finding.well]
    return 0 if brief or not failed else 1
