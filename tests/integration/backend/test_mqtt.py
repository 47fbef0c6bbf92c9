"""The bridge at a real Mosquitto."""

import asyncio
import json
import shutil
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
import pytest
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion

from anban.errors import Unavailable
from backend.client import BackendClient, Elder
from backend.config import BackendConfig, MqttConfig
from backend.domain.signatures import signature
from backend.mqtt import Bridge, Take, run_bridge
from backend.services.device_reports import SignedReport, Taken
from backend.store.devices import DeviceEvent

from .test_devices_api import installed

MOSQUITTO = shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin")

pytestmark = [
    pytest.mark.integration,
    pytest.mark.skipif(MOSQUITTO is None, reason="no mosquitto: apt-get install mosquitto"),
]


class Broker:
    """A Mosquitto of our own that can be stopped and started."""

    def __init__(self, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = probe.getsockname()[1]
        self._conf = folder / "mosquitto.conf"
        self._conf.write_text(f"listener {self.port} 127.0.0.1\nallow_anonymous true\n")
        self._process: asyncio.subprocess.Process | None = None

    @property
    def config(self) -> MqttConfig:
        return MqttConfig("127.0.0.1", self.port)

    async def start(self) -> None:
        assert MOSQUITTO
        self._process = await asyncio.create_subprocess_exec(
            MOSQUITTO, "-c", str(self._conf), stderr=asyncio.subprocess.PIPE
        )
        assert self._process.stderr
        async for line in self._process.stderr:
            if b"running" in line:
                return

    async def stop(self) -> None:
        assert self._process
        self._process.kill()
        await self._process.wait()


@pytest.fixture
async def broker(tmp_path: Path) -> AsyncIterator[Broker]:
    own = Broker(tmp_path)
    await own.start()
    yield own
    await own.stop()


class Pendant:
    """A device that publishes, and hears what it is told."""

    def __init__(self, port: int, device_id: str, secret: str) -> None:
        self.id, self.secret = device_id, secret
        self.replies: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._client = Client(CallbackAPIVersion.VERSION2, device_id)
        self._client.reconnect_delay_set(1, 1)
        self._client.on_message = self._heard
        self.ready = asyncio.Event()
        self._client.on_subscribe = lambda *_: self._loop.call_soon_threadsafe(self.ready.set)
        replies = f"anban/devices/{device_id}/replies"
        self._client.on_connect = lambda *_: self._client.subscribe(replies, 1)
        self._client.connect("127.0.0.1", port)
        self._client.loop_start()

    def _heard(self, client: Client, _: Any, message: MQTTMessage) -> None:
        self._loop.call_soon_threadsafe(self.replies.put_nowait, json.loads(message.payload))

    async def publish(self, payload: bytes) -> None:
        info = self._client.publish(f"anban/devices/{self.id}/events", payload, qos=1)
        await asyncio.to_thread(info.wait_for_publish, 10)

    async def say(self, event_id: str, type_: str = "pressed") -> None:
        body, stamp = json.dumps({"event_id": event_id, "type": type_}), str(int(time.time()))
        signed = signature(self.secret, stamp, body.encode())
        envelope = {"timestamp": int(stamp), "signature": signed, "body": body}
        await self.publish(json.dumps(envelope).encode())

    async def told(self, seconds: float = 30) -> dict[str, Any]:
        return await asyncio.wait_for(self.replies.get(), seconds)

    def close(self) -> None:
        self._client.disconnect()
        self._client.loop_stop()


@asynccontextmanager
async def carried(port: int, device_id: str, secret: str = "s") -> AsyncIterator[Pendant]:
    pendant = Pendant(port, device_id, secret)
    try:
        await asyncio.wait_for(pendant.ready.wait(), 10)
        yield pendant
    finally:
        pendant.close()


@asynccontextmanager
async def running(run: Callable[[asyncio.Event], Awaitable[None]]) -> AsyncIterator[None]:
    stop = asyncio.Event()
    task = asyncio.create_task(run(stop))
    try:
        yield
    finally:
        stop.set()
        await task


@asynccontextmanager
async def listening(broker: Broker, take: Take) -> AsyncIterator[Bridge]:
    bridge = Bridge(broker.config, take)
    async with running(bridge.run):
        await asyncio.wait_for(bridge.listening.wait(), 20)
        yield bridge


class Register:
    """Takes reports, once its database is back."""

    def __init__(self, away: int = 0) -> None:
        self.away = away
        self.tried = asyncio.Event()
        self.taken: list[str] = []

    async def take(self, report: SignedReport) -> Taken:
        self.tried.set()
        if self.away:
            self.away -= 1
            raise Unavailable("数据库暂时连不上")
        event_id = json.loads(report.body)["event_id"]
        self.taken.append(event_id)
        return Taken(DeviceEvent(event_id=event_id), True)


async def test_what_cannot_be_read_is_refused_by_name_and_the_next_is_heard(broker: Broker):
    register = Register()
    async with listening(broker, register.take), carried(broker.port, "d1") as pendant:
        await pendant.publish(b"SOS!")
        assert await pendant.told() == {
            "taken": False,
            "field": "payload",
            "detail": "payload：内容不是 JSON",
        }
        await pendant.publish(b'{"timestamp": "soon", "signature": "", "body": ""}')
        assert (await pendant.told())["field"] == "timestamp"
        await pendant.say("e1")
        assert (await pendant.told())["taken"]
    assert register.taken == ["e1"]


async def test_a_message_waits_for_the_database(broker: Broker):
    register = Register(away=3)
    async with listening(broker, register.take), carried(broker.port, "d1") as pendant:
        await pendant.say("e1")
        assert (await pendant.told())["event_id"] == "e1"
    assert register.taken == ["e1"]


async def test_a_bridge_that_dies_before_the_commit_leaves_the_message_to_the_next(
    broker: Broker,
):
    dying, next_one = Register(away=1_000_000), Register()
    async with carried(broker.port, "d1") as pendant:
        async with listening(broker, dying.take):
            await pendant.say("e1")
            await dying.tried.wait()
        async with listening(broker, next_one.take):
            assert (await pendant.told())["event_id"] == "e1"
    assert (dying.taken, next_one.taken) == ([], ["e1"])


async def test_what_is_pressed_while_the_bridge_is_away_is_heard_afterwards(broker: Broker):
    register = Register()
    async with carried(broker.port, "d1") as pendant:
        async with listening(broker, register.take):
            pass
        await pendant.say("e1")
        async with listening(broker, register.take):
            assert (await pendant.told())["event_id"] == "e1"


async def test_the_bridge_finds_the_way_back_to_a_broker_that_was_away(broker: Broker):
    register = Register()
    async with listening(broker, register.take) as bridge:
        bridge.listening.clear()
        await broker.stop()
        await broker.start()
        await asyncio.wait_for(bridge.listening.wait(), 30)
        async with carried(broker.port, "d1") as pendant:
            await pendant.say("e1")
            assert (await pendant.told())["taken"]


async def test_a_press_over_mqtt_is_an_emergency_and_a_repeat_counts_once(
    broker: Broker,
    config: BackendConfig,
    http: httpx.AsyncClient,
    client: BackendClient,
    elder: Elder,
):
    button = await installed(http, elder, id="SOS-0001")
    async with (
        running(lambda stop: run_bridge(config, broker.config, stop)),
        carried(broker.port, button.id, button.secret) as pendant,
    ):
        first = await first_answer(pendant)
        await pendant.say("e1")
        again = await pendant.told()
        assert again == {**first, "duplicate": True}
        async with carried(broker.port, "SOS-9999", "?") as stranger:
            await stranger.say("e1")
            assert "没有登记这台设备" in (await stranger.told())["detail"]
    assert [one.id for one in await client.emergencies()] == [first["emergency_id"]]


async def first_answer(pendant: Pendant) -> dict[str, Any]:
    """Press until somebody hears: a broker drops what nobody has ever subscribed to."""
    while True:
        await pendant.say("e1")
        with suppress(TimeoutError):
            return await pendant.told(1)
