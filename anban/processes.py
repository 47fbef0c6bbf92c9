"""The processes of Anban: what each one runs. ``anban up`` starts them, ``anban serve`` is one."""

from __future__ import annotations

import os
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from anban.errors import SettingsError
from anban.settings import ROOT, Settings

RASA_PYTHON = ROOT / "bot" / ".venv" / "bin" / "python"
MODELS = ROOT / "models"
"""Where ``rasa train`` puts trained models."""

# Quiet, offline, and on the CPU only.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1"}
"""numpy's products are small: more threads than one only wait for each other, at full load."""
RASA_ENVIRONMENT = {
    **ONE_THREAD,
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "CUDA_VISIBLE_DEVICES": "",
    "PYTHONWARNINGS": "ignore",
    "LOG_LEVEL_LIBRARIES": "ERROR",
    "TQDM_DISABLE": "1",
    "PYTHONPATH": str(ROOT),
}


@dataclass(frozen=True)
class Process:
    """One process to start and watch.

    Attributes:
        name: of the log file, and in the status line.
        command: what is run, in the checkout.
        ports: those it listens on, checked before the start.
        environment: added to our own.
    """

    name: str
    command: tuple[str, ...]
    ports: tuple[int, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)


def all_processes(settings: Settings, database_url: str) -> list[Process]:
    """Every process of DESIGN 2, in the order they are started."""
    ours = {**as_environment(settings), "ANBAN_DATABASE_URL": database_url}
    started = [
        _serve("backend", ours, settings.backend_port),
        _serve("worker", ours),
        _serve("emergency-worker", ours),
        # a second one: what the first leaves undone when it dies is taken over within ten seconds
        replace(_serve("emergency-worker", ours), name="emergency-worker-2"),
        _serve("alarm-caller", ours),
        _serve("watchdog", ours),
        _serve("actions", ours, settings.actions_port),
        rasa_process(settings),
        _serve("voice", ours, settings.voice_port, settings.audiosocket_port),
    ]
    if settings.mqtt_url:
        started.append(_serve("devices", ours))
    if settings.demo:
        started.append(_serve("inbox", ours, settings.inbox_port))
    return started


def as_environment(settings: Settings) -> dict[str, str]:
    """The settings as a child process reads them, so that parent and child never differ."""
    given = settings.model_dump(mode="json", exclude_none=True)
    return {
        **{f"ANBAN_{name.upper()}": str(value) for name, value in given.items()},
        **ONE_THREAD,
        "PYTHONPATH": str(ROOT),
    }


def _serve(name: str, environment: Mapping[str, str], *ports: int) -> Process:
    return Process(name, (sys.executable, "-m", "anban.serve", name), ports, environment)


def rasa_process(settings: Settings) -> Process:
    """Rasa with our own channel, on loopback, with a token."""
    command = (
        *(str(RASA_PYTHON), "-m", "rasa", "run"),
        *("--model", str(MODELS), "--interface", "127.0.0.1"),
        *("--port", str(settings.rasa_port), "--auth-token", settings.rasa_token),
        *("--endpoints", str(ROOT / "endpoints.yml")),
        *("--credentials", str(ROOT / "credentials.yml"), "--enable-api"),
    )
    return Process("rasa", command, (settings.rasa_port,), rasa_environment(settings))


def rasa_environment(settings: Settings) -> dict[str, str]:
    """What Rasa's own files (endpoints.yml, credentials.yml) refer to."""
    return {
        **RASA_ENVIRONMENT,
        "ANBAN_ACTIONS_URL": settings.actions_url,
        "ANBAN_RASA_TOKEN": settings.rasa_token or "unset",
    }


def check_ports(processes: list[Process]) -> None:
    """Refuses to start where a port is taken.

    Raises:
        SettingsError: names the port, the process that wants it and the setting to change.
    """
    for process in processes:
        for port in process.ports:
            with socket.socket() as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                try:
                    probe.bind(("127.0.0.1", port))
                except OSError:
                    raise SettingsError(
                        f"port {port}, wanted by {process.name}, is taken by another program; "
                        f"stop that one or choose another port ({_port_setting(port)})"
                    ) from None


def _port_setting(port: int) -> str:
    names = [name for name in Settings.settings_names() if name.endswith("_PORT")]
    current = Settings()
    for name in names:
        if getattr(current, name.removeprefix("ANBAN_").lower()) == port:
            return name
    return "ANBAN_…_PORT"


def environment_of(process: Process) -> dict[str, str]:
    """Our own environment with the process's additions; output is written line by line."""
    return {**os.environ, "PYTHONUNBUFFERED": "1", **process.environment}


def log_file(settings: Settings, process: Process) -> Path:
    """One log per process."""
    return settings.data / "logs" / f"{process.name}.log"
