"""What came of a call of ours, also where the exchange's events are lost on the way."""

from __future__ import annotations

import httpx
import pytest

from backend.config import TelephoneConfig
from backend.telephone import exchange as placing
from backend.telephone.exchange import Exchange
from backend.telephone.ports import call_back, message_call

pytestmark = pytest.mark.unit
CONFIG = TelephoneConfig("http://exchange", "anban", "p", "http://voice")


class Ari:
    """An exchange that knows one channel, for as many looks as there are words."""

    def __init__(self, *statuses: str) -> None:
        self.statuses = list(statuses)
        self.away = False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.away:
            raise httpx.ConnectError("away")
        if request.url.path.endswith("/variable"):
            return httpx.Response(200, json={"value": self.statuses.pop(0)})
        return httpx.Response(200 if self.statuses else 404, json={})


async def events(*found: dict):
    for event in found:
        yield event


def dialled(status: str) -> dict:
    return {
        "type": "ChannelVarset", "variable": "DIALSTATUS", "value": status,
        "channel": {"id": "c"},
    }  # fmt: skip


OVER = {"type": "ChannelDestroyed", "channel": {"id": "c"}}


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placing, "ASK_SECONDS", 0)


async def follow(ari: Ari, *found: dict, origin=None) -> str:
    async with httpx.AsyncClient(transport=httpx.MockTransport(ari)) as http:
        exchange = Exchange(CONFIG, "t", http)
        return await exchange.followed(events(*found), origin or call_back("c", "1"))


@pytest.mark.parametrize("status", ["CHANUNAVAIL", "CONGESTION", "INVALIDARGS"])
async def test_a_number_the_network_cannot_reach_was_called_in_vain(status):
    assert await follow(Ari(), dialled(status), OVER) == "no_answer"


async def test_without_a_dialled_number_no_agent_was_free():
    assert await follow(Ari(), OVER) == "no_agent"


async def test_where_events_are_lost_the_channel_is_asked_until_the_call_is_over():
    ari = Ari("", "", "ANSWER")
    assert await follow(ari) == "answered"
    assert ari.statuses == []


async def test_an_exchange_that_is_away_tells_nothing_of_agents():
    ari = Ari()
    ari.away = True
    assert await follow(ari) == "unreachable"
    assert await follow(ari, origin=message_call("c", "1")) == "unreachable"
    assert await follow(ari, dialled("ANSWER")) == "answered"
