"""Whatever a page with a good pass sends, its doors answer without an internal error."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backend.api.problems import install
from tests.unit.channels.test_mini import House

pytestmark = pytest.mark.unit

PASS = {"Authorization": "Bearer web|page"}
NAMES = st.sampled_from(
    ["code", "key", "place", "ago", "text", "about", "type", "pass", "name", "x"]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=40),
    st.sampled_from(
        ["talk", "policy", "12345678", "救命", "start", "stop", "say", "read", "\ud800"]
    ),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
BODIES = st.one_of(
    st.binary(max_size=200),
    st.just(b"[" * 5000),
    st.dictionaries(NAMES, VALUES, max_size=5).map(lambda one: json.dumps(one).encode()),
    VALUES.map(lambda one: json.dumps(one).encode()),
)
MUCH = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)


@MUCH
@given(path=st.sampled_from(["session", "sos", "say"]), body=BODIES)
def test_whatever_is_posted(path: str, body: bytes) -> None:
    client = House().client()
    install(client.app)  # type: ignore[arg-type]
    headers = {**PASS, "Content-Type": "application/json"}
    answer = client.post(f"/v1/mini/{path}", content=body, headers=headers)
    assert answer.status_code < 500


@MUCH
@given(said=st.lists(st.one_of(st.binary(max_size=64), VALUES), max_size=6))
def test_whatever_is_said_while_the_page_is_open(said: list[Any]) -> None:
    house = House()
    with house.client().websocket_connect("/v1/voice") as page:
        page.send_json({"type": "hello", "pass": "web|page"})
        assert page.receive_json() == {"type": "ready"}
        for one in said:
            if isinstance(one, bytes):
                page.send_bytes(one)
            else:
                page.send_text(json.dumps(one))
        page.send_json({"type": "say", "text": "救命"})
        while (told := page.receive()).get("text") is None or '"reply"' not in told["text"]:
            assert told["type"] == "websocket.send"
