import json
from datetime import UTC, datetime

import httpx
import pytest

from anban.errors import BackendError, Conflict, NotFound, Rejected, Unavailable
from backend.client import BackendClient

pytestmark = pytest.mark.unit

ORDER = {"id": "o", "number": "248350", "elder_id": "e", "service": "meals", "date": "2026-03-05"}


class FakeBackend(httpx.AsyncBaseTransport):
    """Answers with what is planned: an answer, or the error of a broken connection."""

    def __init__(self, *plan: httpx.Response | Exception) -> None:
        self.plan = list(plan)
        self.requests: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        planned = self.plan.pop(0)
        if isinstance(planned, Exception):
            raise planned
        return planned


def client_of(backend: FakeBackend) -> BackendClient:
    http = httpx.AsyncClient(transport=backend, base_url="http://backend")
    return BackendClient("http://backend", "token", http=http)


async def place(client: BackendClient, **more):
    values = {"conversation": "c", "service": "meals", "date": "2026-03-05", "time": "noon"}
    return await client.place_order("key", **values, **more)


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, Rejected),
        (401, Rejected),
        (404, NotFound),
        (409, Conflict),
        (422, Rejected),
        (500, Unavailable),
        (501, Rejected),
        (503, Unavailable),
    ],
)
async def test_a_problem_becomes_the_error_it_means(status: int, error: type[BackendError]):
    problem = {"title": "t", "detail": "应为以后的日期", "field": "date"}
    backend = FakeBackend(httpx.Response(status, json=problem))
    with pytest.raises(error, match="应为以后的日期") as raised:
        await place(client_of(backend))
    assert len(backend.requests) == 1
    if isinstance(raised.value, Rejected):
        assert raised.value.field == "date"


async def test_an_answer_that_is_no_json_is_unavailable():
    with pytest.raises(Unavailable):
        await place(client_of(FakeBackend(httpx.Response(502, text="<html>bad gateway"))))


async def test_a_lost_answer_is_asked_for_again_with_the_same_key():
    answer = httpx.Response(200, json={**ORDER, "status": "confirmed"})
    backend = FakeBackend(httpx.ReadError("cut"), httpx.ConnectError("down"), answer)
    assert (await place(client_of(backend))).number == "248350"
    assert {request.headers["Idempotency-Key"] for request in backend.requests} == {"key"}


async def test_a_backend_that_stays_away_is_unavailable():
    backend = FakeBackend(*[httpx.ConnectError("down")] * 3)
    with pytest.raises(Unavailable):
        await place(client_of(backend))
    assert backend.plan == []


async def test_what_may_not_be_repeated_is_sent_once():
    backend = FakeBackend(httpx.ReadError("cut"))
    with pytest.raises(Unavailable):
        await client_of(backend).create_elder("林秀英")
    assert len(backend.requests) == 1


async def test_a_slow_backend_is_not_asked_twice():
    backend = FakeBackend(httpx.ReadTimeout("slow"))
    with pytest.raises(Unavailable):
        await place(client_of(backend))
    assert len(backend.requests) == 1


async def test_the_token_and_the_clock_travel_with_the_request():
    backend = FakeBackend(httpx.Response(200, json={**ORDER, "status": "confirmed"}))
    await place(client_of(backend), now=datetime(2026, 3, 4, tzinfo=UTC))
    headers = backend.requests[0].headers
    assert headers["Authorization"] == "Bearer token"
    assert headers["X-Anban-Now"] == "2026-03-04T00:00:00+00:00"


async def test_a_cleared_draft_is_sent_as_null_and_an_untouched_one_not_at_all():
    backend = FakeBackend(httpx.Response(200, json={}), httpx.Response(200, json={}))
    client = client_of(backend)
    await client.update_conversation("a/b", draft=None)
    await client.update_conversation("a/b", summary="s")
    assert backend.requests[0].url.raw_path == b"/v1/conversations/a%2Fb"
    assert [json.loads(request.content) for request in backend.requests] == [
        {"draft": None},
        {"summary": "s"},
    ]


async def test_what_a_newer_backend_adds_is_passed_over():
    answer = {**ORDER, "status": "confirmed", "colour": "red", "created_at": "2026-03-04T09:10:00Z"}
    order = await place(client_of(FakeBackend(httpx.Response(201, json=answer))))
    assert order.created_at == datetime(2026, 3, 4, 9, 10, tzinfo=UTC)
