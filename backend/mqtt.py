"""The bridge from an MQTT broker to the register of devices.

At least once: the session at the broker is persistent, QoS is 1, and a message is acknowledged
only after what it says is committed. So a message survives a restart of the bridge and an absence
of the database; what comes twice is recognised by its event id and bytes and counts once.
"""

from __future__ import annotations

import asyncio
import json
import logging
import ssl
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from pydantic import BaseModel, ValidationError
from tenacity import AsyncRetrying, retry_if_exception_type, wait_exponential

from anban.errors import BackendError, Rejected, Unavailable
from backend.config import BackendConfig, MqttConfig
from backend.domain.faults import fault
from backend.domain.times import CHINA
from backend.services.device_reports import SignedReport, Taken, take_report
from backend.services.work import Work
from backend.store.database import Database

logger = logging.getLogger(__name__)

EVENTS = "anban/devices/+/events"
CLIENT_ID = "anban-devices"
"""the broker keeps what arrives while this client is away"""
LONGEST_PAUSE = 10.0
"""seconds between two tries to reach the broker, or the database"""

Take = Callable[[SignedReport], Awaitable[Taken]]
"""Takes a report; raises Unavailable where it should be tried again."""


class Envelope(BaseModel):
    """What a device publishes."""

    timestamp: int
    """Unix seconds"""
    signature: str
    """`sha256=` and the HMAC of `<timestamp>.<body>`"""
    body: str
    """the report's JSON, as the text that was signed"""


def opened(topic: str, payload: bytes) -> SignedReport:
    """Return the report in a message.

    Raises:
        Rejected: it is no envelope; names the field.
    """
    try:
        envelope = Envelope.model_validate_json(payload)
    except ValidationError as error:
        first = error.errors()[0]
        field, detail = fault(first, first["loc"] or ("payload",))
        raise Rejected(detail, field) from error
    device_id = topic.split("/")[2]
    stamp = str(envelope.timestamp)
    return SignedReport(device_id, stamp, envelope.signature, envelope.body.encode())


class Bridge:
    """Listens at a broker until it is stopped; finds the way back by itself.

    Args:
        config: the broker.
        take: what is done with a report.
    """

    def __init__(self, config: MqttConfig, take: Take) -> None:
        self._config = config
        self._take = take
        self._loop = asyncio.get_running_loop()
        self._tasks: set[asyncio.Task[None]] = set()
        self.listening = asyncio.Event()
        """set once the broker has accepted the subscription"""
        self._client = self._made()

    def _made(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2, CLIENT_ID, clean_session=False, manual_ack=True
        )
        if self._config.username:
            client.username_pw_set(self._config.username, self._config.password)
        if self._config.tls:
            client.tls_set_context(ssl.create_default_context(cafile=self._config.ca_file))
        client.reconnect_delay_set(1, int(LONGEST_PAUSE))
        client.on_connect = self._connected
        client.on_connect_fail = lambda *_: logger.error("the MQTT broker cannot be reached")
        client.on_disconnect = self._disconnected
        client.on_subscribe = self._subscribed
        client.on_message = self._arrived
        return client

    async def run(self, stop: asyncio.Event) -> None:
        """Listen until `stop` is set; what is under way then comes again after the next start."""
        self._client.connect_async(self._config.host, self._config.port)
        self._client.loop_start()
        try:
            await stop.wait()
        finally:
            self._client.disconnect()
            await asyncio.to_thread(self._client.loop_stop)
            for task in self._tasks:
                task.cancel()

    # These are called in the client's own thread.

    def _connected(
        self, client: Client, _: Any, flags: ConnectFlags, code: ReasonCode, *more: Any
    ) -> None:
        if code.is_failure:
            logger.error("the MQTT broker refuses us: %s", code)
        else:
            client.subscribe(EVENTS, qos=1)

    def _subscribed(self, client: Client, *_: Any) -> None:
        self._loop.call_soon_threadsafe(self.listening.set)

    def _disconnected(
        self,
        client: Client,
        _: Any,
        flags: DisconnectFlags,
        code: ReasonCode,
        properties: Properties | None,
    ) -> None:
        if code.is_failure:
            logger.error("the MQTT broker is gone: %s; connecting again", code)

    def _arrived(self, client: Client, _: Any, message: MQTTMessage) -> None:
        self._loop.call_soon_threadsafe(self._start, message)

    def _start(self, message: MQTTMessage) -> None:
        task = self._loop.create_task(self._handle(message))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _handle(self, message: MQTTMessage) -> None:
        try:
            answer = await self._answer(message)
        except Exception as error:  # noqa: BLE001 - the outer edge: unacknowledged, it comes again
            logger.error("a device's message could not be taken: %s", type(error).__name__)
            return
        if self._client.ack(message.mid, message.qos) != MQTTErrorCode.MQTT_ERR_SUCCESS:
            return  # the connection is gone; the broker sends it again and it counts as a repeat
        replies = message.topic.removesuffix("events") + "replies"
        self._client.publish(replies, json.dumps(answer, ensure_ascii=False), qos=1)

    async def _answer(self, message: MQTTMessage) -> dict[str, Any]:
        """Take the report, for as long as it needs; return what the device is told."""
        try:
            report = opened(message.topic, bytes(message.payload))
            taken = await self._taken(report)
        except BackendError as error:
            field = error.field if isinstance(error, Rejected) else None
            return {"taken": False, "field": field, "detail": str(error)}
        return {
            "taken": True,
            "event_id": taken.event.event_id,
            "duplicate": not taken.is_new,
            "emergency_id": taken.event.emergency_id,
            "ignored": list(taken.ignored),
        }

    async def _taken(self, report: SignedReport) -> Taken:
        async for attempt in AsyncRetrying(
            retry=retry_if_exception_type(Unavailable),
            wait=wait_exponential(multiplier=0.2, max=LONGEST_PAUSE),
            reraise=True,
        ):
            with attempt:
                return await self._take(report)
        raise AssertionError("tenacity tries until it succeeds or raises")


async def run_bridge(config: BackendConfig, broker: MqttConfig, stop: asyncio.Event) -> None:
    """Take the devices' reports from a broker until `stop` is set."""
    database = Database(config)

    async def take(report: SignedReport) -> Taken:
        async with database.transaction() as session:
            work = Work(session, datetime.now(CHINA), config, f"device:{report.device_id}"[:64])
            return await take_report(work, report)

    try:
        await Bridge(broker, take).run(stop)
    finally:
        await database.close()
