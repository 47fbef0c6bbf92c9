"""A real Asterisk in a folder, without root, for the hotline to be tried out.

Debian's stable suites have no Asterisk, its unstable suite has. Its packages are fetched with apt
into a folder of their own and unpacked there; nothing of this machine's system is touched, and
what runs is started with the C library that came with it.
"""

from __future__ import annotations

import asyncio
import os
import re
import shutil
import subprocess
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path

import httpx

from anban.errors import SettingsError, Unavailable
from anban.settings import ROOT

CONFIGURATION = ROOT / "deploy" / "asterisk"
"""The hotline's files, with @places@ to be filled in."""
SUITE = "sid"
KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")
TOOLS = ("apt-get", "dpkg-deb")
LIBRARIES = Path("usr/lib/x86_64-linux-gnu")
START_SECONDS = 60.0
_UNPACKED = "unpacked"

AUDIOSOCKET = "AudioSocket(${CALL},${AUDIOSOCKET})"
WEBSOCKET = "Dial(Local/${CALL}@websocket-json/n,10,g)"
"""chan_websocket; websocket-plain is its older form of control."""

Say = Callable[[str], None]


@dataclass(frozen=True)
class Exchange:
    """What is filled in to the hotline's files; docs/hotline.md explains each."""

    voice_url: str
    """where Anban's voice process is reached"""
    audiosocket: str
    """host:port of its AudioSocket"""
    token: str = field(repr=False)
    """the service token"""
    ari_password: str = field(repr=False)
    agent_password: str = field(repr=False)
    http_port: int
    """ARI, on loopback"""
    sip_port: int
    trunk: str
    """host:port of the public network"""
    hotline_number: str = "12349"
    sip_host: str = "127.0.0.1"
    patience: int = 12
    """seconds a caller waits for an agent before Anban answers, who needs 3 at most: 15 together"""
    longest: int = 5
    """so many waiting, and Anban answers at once"""
    ring_seconds: int = 30
    """how long a number that Anban calls may ring"""
    sound: str = AUDIOSOCKET
    """how a caller's sound comes to Anban: AUDIOSOCKET or WEBSOCKET, as the dialplan calls it"""
    sounds: Path | None = None
    """what it says itself (`anban.sounds`); None: it says nothing"""
    now: str = ""
    """the clock of the calls (ISO 8601), which counts only where a set-up is tried out"""
    rtp_start: int = 20_000
    rtp_end: int = 20_999


def lacking() -> list[str]:
    """What this machine lacks to install Asterisk, in words; empty where nothing."""
    found = [f"{tool} (this is no Debian or Ubuntu)" for tool in TOOLS if not shutil.which(tool)]
    if not KEYRING.exists():
        found.append(f"{KEYRING} (apt-get install debian-archive-keyring)")
    if os.uname().machine != "x86_64":
        found.append("an x86_64 processor")
    return found


def is_installed(folder: Path) -> bool:
    """Whether Asterisk lies in a folder already."""
    return (folder / _UNPACKED).exists()


def install(folder: Path, mirror: str, say: Say) -> None:
    """Put Asterisk into a folder, where it is not there yet: about 80 MB to fetch, 270 MB on disk.

    Args:
        folder: where to.
        mirror: address of a Debian mirror; empty for the one this system's apt uses.
        say: is told how far it is.

    Raises:
        SettingsError: this machine lacks something; says what.
        Unavailable: the mirror does not give the packages; says what apt said.
    """
    if is_installed(folder):
        return
    if missing := lacking():
        raise SettingsError(f"Asterisk cannot be installed here, there is no {', '.join(missing)}")
    part = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    apt = _apt(part, mirror or _system_mirror())
    say(f"hotline 1/3: the list of Debian's packages ({SUITE})")
    _run("update", apt)
    say("hotline 2/3: Asterisk and what it needs (about 80 MB)")
    _run("install", apt, "--yes", "--download-only", "--no-install-recommends", "asterisk")
    packages = sorted((part / "cache/archives").glob("*.deb"))
    say(f"hotline 3/3: unpacking {len(packages)} packages")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        list(pool.map(lambda package: _unpack(package, part / "root"), packages))
    shutil.rmtree(part / "cache")
    shutil.rmtree(part / "state")
    (part / _UNPACKED).touch()
    shutil.rmtree(folder, ignore_errors=True)
    part.rename(folder)


def _system_mirror() -> str:
    """The Debian archive that this system's apt gets its packages from.

    Raises:
        SettingsError: there is none; says what to set.
    """
    listed = subprocess.run(
        ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],  # noqa: S607 - apt-get of the system
        capture_output=True,
        text=True,
        check=False,
    )
    found = [address for address in listed.stdout.split() if "security" not in address]
    if not found:
        raise SettingsError("apt knows no Debian mirror here; set ANBAN_DEBIAN_MIRROR")
    return found[0]


def _apt(part: Path, mirror: str) -> Path:
    """Write the configuration of an apt that knows nothing of this system's packages."""
    for name in ("state/lists/partial", "cache/archives/partial", "root"):
        (part / name).mkdir(parents=True)
    (part / "state/status").touch()
    (part / "sources.list").write_text(f"deb [signed-by={KEYRING}] {mirror} {SUITE} main\n")
    options = {
        "Dir::State": part / "state",
        "Dir::State::status": part / "state/status",
        "Dir::Cache": part / "cache",
        "Dir::Etc::sourcelist": part / "sources.list",
        "Dir::Etc::sourceparts": "/nonexistent",
        "APT::Sandbox::User": "",
        "Debug::NoLocking": "1",
        "Acquire::Languages": "none",
        "Acquire::Retries": "3",
    }
    file = part / "apt.conf"
    file.write_text("".join(f'{name} "{value}";\n' for name, value in options.items()))
    return file


def _run(what: str, apt: Path, *arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own arguments
        ["apt-get", what, *arguments],  # noqa: S607 - wherever this system keeps it
        env={**os.environ, "APT_CONFIG": str(apt), "DEBIAN_FRONTEND": "noninteractive"},
        capture_output=True,
        text=True,
    )
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Unavailable(f"apt-get {what}: {said[0] if said else 'failed without a word'}")


def _unpack(package: Path, root: Path) -> None:
    subprocess.run(  # noqa: S603 - our own arguments
        ["dpkg-deb", "--extract", str(package), str(root)],  # noqa: S607
        check=True,
        capture_output=True,
    )


def write_configuration(exchange: Exchange, installed: Path, folder: Path) -> Path:
    """Fill in the hotline's files; return the asterisk.conf to start with.

    Args:
        exchange: what is filled in.
        installed: where Asterisk was installed.
        folder: where it is to keep its state; readable by us alone, since secrets stand there.
    """
    values = {name: str(value) for name, value in asdict(exchange).items()}
    root = installed / "root"
    values |= {
        "folder": str(folder),
        "modules": str(root / LIBRARIES / "asterisk/modules"),
        "data": str(_data(root, exchange.sounds, folder)),
        "sounds": str(folder / "data" / "sounds"),
        "voice_socket": exchange.voice_url.replace("http", "ws", 1),
        "trunk_host": exchange.trunk.rpartition(":")[0],
    }
    for name in ("etc", "lib", "spool", "run", "log"):
        (folder / name).mkdir(parents=True, exist_ok=True, mode=0o700)
    for file in CONFIGURATION.glob("*.conf"):
        text = re.sub(r"@([a-z_]+)@", lambda found: values[found[1]], file.read_text())
        (folder / "etc" / file.name).write_text(text)
    return folder / "etc" / "asterisk.conf"


def _data(root: Path, sounds: Path | None, folder: Path) -> Path:
    """Asterisk's own data with our sounds in it."""
    data = folder / "data"
    data.mkdir(parents=True, exist_ok=True)
    links = {own.name: own for own in (root / "usr/share/asterisk").iterdir()}
    if sounds is not None:
        links["sounds"] = sounds.resolve()
    for name, target in links.items():
        (data / name).unlink(missing_ok=True)
        (data / name).symlink_to(target)
    return data


def command(installed: Path, configuration: Path, *arguments: str) -> tuple[str, ...]:
    """How this Asterisk is called, with its own C library."""
    libraries = installed / "root" / LIBRARIES
    return (
        *(str(libraries / "ld-linux-x86-64.so.2"), "--library-path", str(libraries)),
        *(str(installed / "root/usr/sbin/asterisk"), "-C", str(configuration), *arguments),
    )


async def console(installed: Path, folder: Path, line: str) -> str:
    """What a running Asterisk answers to a line on its console; empty where it does not run."""
    child = await asyncio.create_subprocess_exec(
        *command(installed, folder / "etc" / "asterisk.conf", "-rx", line),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
    )
    said, _ = await child.communicate()
    return said.decode(errors="replace")


@asynccontextmanager
async def running(exchange: Exchange, installed: Path, folder: Path) -> AsyncIterator[None]:
    """Run Asterisk for as long as the block lasts; its messages are in `log/messages`.

    Raises:
        Unavailable: it did not start; says what it wrote last.
    """
    configuration = write_configuration(exchange, installed, folder)
    child = await asyncio.create_subprocess_exec(
        *command(installed, configuration, "-f", "-q"),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    try:
        await _started(exchange, child, folder)
        yield
    finally:
        if child.returncode is None:
            child.terminate()
        try:
            await asyncio.wait_for(child.wait(), 5)
        except TimeoutError:
            child.kill()
            await child.wait()


async def _started(exchange: Exchange, child: asyncio.subprocess.Process, folder: Path) -> None:
    url = f"http://127.0.0.1:{exchange.http_port}/ari/asterisk/ping"
    loop = asyncio.get_running_loop()
    limit = loop.time() + START_SECONDS
    async with httpx.AsyncClient(auth=("anban", exchange.ari_password), trust_env=False) as http:
        while child.returncode is None and loop.time() < limit:
            try:
                if (await http.get(url)).is_success:
                    return
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
    log = folder / "log" / "messages"
    said = log.read_text(errors="replace").splitlines()[-3:] if log.exists() else []
    raise Unavailable(f"Asterisk did not start: {' | '.join(said) or 'it wrote nothing'}")
