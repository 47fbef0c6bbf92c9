"""The spool and the way of a cry to the backend: kept first, sent till it arrives, counted once."""

import asyncio
import os
import stat
import subprocess
import sys
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from anban.errors import Rejected, SettingsError, Unavailable
from backend.client import AlarmLine, Cry, Emergency, Spool
from backend.client.alarms import REFUSED_WAIT
from backend.client.sealed_folder import Unreadable

pytestmark = pytest.mark.unit

KEY, OLD_KEY = Fernet.generate_key().decode(), Fernet.generate_key().decode()
NOW = datetime(2026, 3, 4, 9, 10, tzinfo=UTC)


def cry(text: str = "救命", **values) -> Cry:
    given = {
        "channel": "phone",
        "kind": "fall",
        "certainty": "certain",
        "text": text,
        "conversation": "c",
        "phone": "13800001001",
        "now": NOW,
    }
    return Cry.new(**{**given, **values})


class FakeBackend:
    """Writes one row a key, when it is there; refuses what a test has it refuse."""

    def __init__(self) -> None:
        self.rows: dict[str, dict] = {}
        self.asked = 0
        self.down = False
        self.hung = False
        self.answers_lost = False
        self.refuses = lambda values: False

    async def raise_emergency(self, key: str, **values) -> Emergency:
        self.asked += 1
        if self.down:
            raise Unavailable("down")
        if self.hung:
            await asyncio.Event().wait()
        if self.refuses(values):
            raise Rejected("no", "channel")
        self.rows.setdefault(key, values)
        if self.answers_lost:
            raise Unavailable("the connection broke")
        return Emergency(f"em-{key}", values["kind"], values["certainty"], "open")


@pytest.fixture
def spool(tmp_path: Path) -> Spool:
    return Spool(tmp_path / "spool", [KEY])


@pytest.fixture
def backend() -> FakeBackend:
    return FakeBackend()


@pytest.fixture
def line(backend: FakeBackend, spool: Spool) -> AlarmLine:
    return AlarmLine(backend, spool, patience=0.05)


def test_what_waits_is_read_back_whole_and_in_order(spool: Spool):
    cries = [cry(text) for text in ("一", "二", "三")]
    for one in cries:
        spool.put(one)
    assert [spool.read(path) for path in spool.waiting()] == cries
    spool.remove(cries[1].key)
    assert [spool.read(path) for path in spool.waiting()] == [cries[0], cries[2]]


def test_what_waits_is_encrypted_and_its_owners_alone(spool: Spool):
    spool.put(cry("我在和平小区摔倒了"))
    (path,) = spool.waiting()
    assert "和平小区".encode() not in path.read_bytes()
    assert b"13800001001" not in path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(spool.folder.stat().st_mode) == 0o700


def test_a_cry_from_before_a_key_was_rotated_is_read(tmp_path: Path):
    old = cry()
    Spool(tmp_path, [OLD_KEY]).put(old)
    rotated = Spool(tmp_path, [KEY, OLD_KEY])
    assert rotated.read(rotated.waiting()[0]) == old


@pytest.mark.parametrize("keys", [[], ["no key"]])
def test_without_a_key_nothing_is_kept_in_the_clear(tmp_path: Path, keys: list[str]):
    with pytest.raises(SettingsError, match="encryption_keys"):
        Spool(tmp_path, keys)


def test_a_file_torn_in_writing_is_none(spool: Spool):
    spool.put(cry())
    (spool.folder / "00000000000000000001-half.tmp").write_bytes(b"gAAAA")
    assert len(spool.waiting()) == 1


def test_what_a_killed_process_had_put_is_there(tmp_path: Path):
    """The child is killed with -9 as soon as ``put`` has returned."""
    code = (
        "import os, signal, sys; from pathlib import Path; from backend.client import Cry, Spool\n"
        "Spool(Path(sys.argv[1]), [sys.argv[2]]).put("
        "Cry('k', 'phone', 'fall', 'certain', '救命'))\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    child = subprocess.run([sys.executable, "-c", code, str(tmp_path), KEY], check=False)
    assert child.returncode == -9
    spool = Spool(tmp_path, [KEY])
    assert [spool.read(path).text for path in spool.waiting()] == ["救命"]


async def test_a_backend_that_answers_leaves_nothing_behind(
    line: AlarmLine, backend: FakeBackend, spool: Spool
):
    sent = cry()
    answered = await line.send(sent)
    assert answered is not None
    assert list(backend.rows) == [sent.key]
    assert spool.waiting() == []


async def test_a_backend_that_is_down_gets_it_later_once(
    line: AlarmLine, backend: FakeBackend, spool: Spool
):
    backend.down = True
    assert await line.send(cry()) is None
    assert await line.drain() == 1
    backend.down = False
    assert await line.drain() == 0
    assert await line.drain() == 0
    assert len(backend.rows) == 1
    assert spool.waiting() == []


async def test_it_is_on_disk_within_a_tenth_of_a_second_of_a_backend_that_hangs(
    line: AlarmLine, backend: FakeBackend, spool: Spool
):
    backend.hung = True
    sending = asyncio.create_task(line.send(cry()))
    began = time.monotonic()
    while not spool.waiting():
        await asyncio.sleep(0.001)
    assert time.monotonic() - began < 0.1
    assert await sending is None


async def test_an_answer_that_was_lost_does_not_make_two_of_it(
    line: AlarmLine, backend: FakeBackend
):
    backend.answers_lost = True
    assert await line.send(cry()) is None
    backend.answers_lost = False
    assert await line.drain() == 0
    assert backend.asked == 2
    assert len(backend.rows) == 1


async def test_a_cry_arrives_before_what_was_said_after_it(
    line: AlarmLine, backend: FakeBackend, spool: Spool
):
    for number in range(20):
        spool.put(cry(f"第{number}句"))
    assert await line.drain() == 0
    assert [row["text"] for row in backend.rows.values()] == [f"第{n}句" for n in range(20)]


async def test_a_refused_detail_is_left_out_rather_than_the_cry(
    line: AlarmLine, backend: FakeBackend, spool: Spool
):
    backend.refuses = lambda values: values["elder_id"] is not None
    assert await line.send(cry(elder_id="x" * 300)) is not None
    (row,) = backend.rows.values()
    assert (row["text"], row["phone"], row["kind"]) == ("救命", "13800001001", "unspecified")
    assert spool.waiting() == []


async def test_the_barest_form_still_says_who_called(line: AlarmLine, backend: FakeBackend):
    backend.refuses = lambda values: values["phone"] is not None
    assert await line.send(cry(phone="1" * 300)) is not None
    (row,) = backend.rows.values()
    assert "1" * 300 in row["text"]


async def test_a_poisoned_cry_holds_up_no_other_and_is_not_given_up(
    backend: FakeBackend, spool: Spool
):
    clock = [0.0]
    line = AlarmLine(backend, spool, patience=0.05, clock=lambda: clock[0])
    backend.refuses = lambda values: "毒" in values["text"]
    spool.put(cry("毒"))
    spool.put(cry("救命"))
    assert await line.drain() == 1
    assert [row["text"] for row in backend.rows.values()] == ["救命"]
    asked = backend.asked
    await line.drain()
    assert backend.asked == asked, "not hammered"
    backend.refuses = lambda values: False
    clock[0] += REFUSED_WAIT
    assert await line.drain() == 0


async def test_a_cry_nobody_can_read_is_an_alarm_of_its_own_and_kept(
    line: AlarmLine, backend: FakeBackend, spool: Spool
):
    spool.put(cry())
    (path,) = spool.waiting()
    path.write_bytes(b"rubbish")
    with pytest.raises(Unreadable):
        spool.read(path)
    spool.put(cry("救命"))
    assert await line.drain() == 0
    told = [row["text"] for row in backend.rows.values()]
    assert any("读不出来" in text for text in told)
    assert "救命" in told
    assert [found.suffix for found in spool.folder.glob("*.unreadable")] == [".unreadable"]


async def test_an_answer_that_makes_no_sense_costs_neither_this_cry_nor_others(
    line: AlarmLine, backend: FakeBackend, spool: Spool
):
    real = backend.raise_emergency

    async def odd(key: str, **values):
        if values["text"] == "怪":
            raise TypeError("no such field")
        return await real(key, **values)

    backend.raise_emergency = odd  # type: ignore[method-assign]
    assert await line.send(cry("怪")) is None
    spool.put(cry("救命"))
    assert await line.drain() == 1
    assert [row["text"] for row in backend.rows.values()] == ["救命"]
    backend.raise_emergency = real  # type: ignore[method-assign]
    assert await line.drain() == 0


async def test_a_disk_that_takes_nothing_does_not_stop_the_cry(
    line: AlarmLine, backend: FakeBackend, spool: Spool
):
    spool.folder.parent.mkdir(exist_ok=True)
    spool.folder.write_text("a file where the folder should be")
    backend.down = True
    assert await line.send(cry()) is None
    backend.down = False
    assert await line.drain() == 0
    assert len(backend.rows) == 1


async def test_a_late_cry_says_when_it_was_heard(
    line: AlarmLine, backend: FakeBackend, spool: Spool
):
    late = cry()
    spool.put(late)
    (path,) = spool.waiting()
    path.rename(path.with_name(f"{time.time_ns() - int(60e9):020d}-{late.key}.cry"))
    assert await line.drain() == 0
    assert backend.rows[late.key]["text"] == "（09:10的呼救，因故障晚到）救命"


async def test_one_process_drains_at_a_time(line: AlarmLine, backend: FakeBackend, spool: Spool):
    spool.put(cry())
    with spool.alone() as mine:
        assert mine
        assert await line.drain() == 1
        assert backend.rows == {}
    assert await line.drain() == 0


async def test_a_fresh_cry_is_left_to_whoever_put_it(
    line: AlarmLine, backend: FakeBackend, spool: Spool
):
    spool.put(cry())
    assert await line.drain(older_than=60) == 1
    assert backend.asked == 0


async def test_a_cry_that_hangs_holds_up_no_other(backend: FakeBackend, spool: Spool):
    hanging = cry("悬")
    spool.put(hanging)
    for number in range(5):
        spool.put(cry(f"救命{number}", conversation=f"c{number}"))
    real = backend.raise_emergency

    async def some_hang(key: str, **values):
        if key == hanging.key:
            await asyncio.Event().wait()
        return await real(key, **values)

    backend.raise_emergency = some_hang  # type: ignore[method-assign]
    draining = asyncio.create_task(AlarmLine(backend, spool).drain())
    while len(backend.rows) < 5:
        await asyncio.sleep(0.001)
    draining.cancel()


def test_what_this_version_does_not_know_is_left_out():
    stored = replace(cry(), text="救命").to_bytes().replace(b'"kind"', b'"colour": 1, "kind"')
    assert Cry.from_bytes(stored).kind == "fall"


def test_the_folder_is_made_where_it_is_missing(tmp_path: Path):
    spool = Spool(tmp_path / "a" / "b", [KEY])
    assert spool.waiting() == []
    spool.put(cry())
    assert os.listdir(tmp_path / "a" / "b")
