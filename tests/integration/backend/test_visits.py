"""Workers on their way: who may check in, what is believed, who is told, and what is forgotten."""

from __future__ import annotations

import asyncio
import base64
import io
import logging
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fractions import Fraction
from typing import Any

import av
import httpx
import numpy as np
import pytest

from backend.client import BackendClient, Elder
from backend.config import BackendConfig, TelephoneConfig
from backend.passes import Passes
from backend.services import unfinished, visits
from backend.services.work import Work
from backend.store.database import Database
from backend.store.outbox import NOTICES

from .conftest import NOW, worker
from .houses import rows

pytestmark = pytest.mark.integration

TODAY = "2026-03-04"
AT_HOME = {"latitude": 25.0751, "longitude": 117.0174, "system": "gcj02", "accuracy": 15}
FAR = {**AT_HOME, "latitude": 25.0951}
SOON = {"X-Anban-Now": (NOW + timedelta(hours=2)).isoformat()}
TWO_DAYS_LATER = NOW + timedelta(hours=37)


def jpeg(said: bytes = b"") -> bytes:
    """A grey picture with something said in its EXIF."""
    frame = av.VideoFrame.from_ndarray(np.full((48, 64, 3), 90, np.uint8), format="rgb24")
    frame = frame.reformat(format="yuvj420p")
    frame.pts = 0
    codec = av.CodecContext.create("mjpeg", "w")
    codec.width, codec.height, codec.pix_fmt = 64, 48, "yuvj420p"
    codec.time_base = Fraction(1, 1)
    made = b"".join(bytes(packet) for packet in [*codec.encode(frame), *codec.encode(None)])
    note = b"Exif\0\0" + said
    return made[:2] + b"\xff\xe1" + (len(note) + 2).to_bytes(2, "big") + note + made[2:]


@pytest.fixture
def config(config: BackendConfig) -> BackendConfig:
    telephone = TelephoneConfig("http://127.0.0.1:9", "ari", "secret", "http://127.0.0.1:9")
    return replace(config, pass_secret="pass", telephone=telephone)


@dataclass
class Phone:
    """A worker's mini-program."""

    http: httpx.AsyncClient
    account: str = "worker"

    async def ask(self, method: str, path: str = "", status: int = 200, **sent: Any) -> Any:
        shown = Passes("pass").issue("mini", self.account)
        headers = {"Authorization": f"Bearer {shown}", "Idempotency-Key": sent.pop("key", "k")}
        if now := sent.pop("now", None):
            headers["X-Anban-Now"] = now.isoformat()
        path = f"/v1/mini/work{path}"
        answer = await self.http.request(method, path, headers=headers, **sent)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.content else None

    async def arrive(self, order: str, status: int = 200, **values: Any) -> Any:
        day, key = values.pop("day", TODAY), values.pop("key", "in")
        now = values.pop("now", NOW)
        body = {"at": now.isoformat(), "place": AT_HOME, **values}
        path = f"/{order}/{day}/arrival"
        return await self.ask("POST", path, status, key=key, now=now, json=body)

    async def leave(self, order: str, status: int = 200, **values: Any) -> Any:
        day, key = values.pop("day", TODAY), values.pop("key", "out")
        now = values.pop("now", NOW + timedelta(hours=1))
        body = {"at": now.isoformat(), "place": AT_HOME, **values}
        path = f"/{order}/{day}/leaving"
        return await self.ask("POST", path, status, key=key, now=now, json=body)


@dataclass
class Scene:
    """An elder at a known place, an order of today, and who does it."""

    http: httpx.AsyncClient
    elder: Elder
    order: str
    number: str
    worker: str
    phone: Phone

    async def flags(self) -> list[str]:
        (one,) = (await self.http.get("/v1/visits", headers=SOON)).json()
        return one["flags"]


async def a_worker(http: httpx.AsyncClient, name: str, number: str) -> str:
    answer = await http.post("/v1/workers", json={"name": name, "phone": number, "area": "福康县"})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


async def bound(http: httpx.AsyncClient, worker: str, account: str) -> Phone:
    code = (await http.post(f"/v1/workers/{worker}/codes")).json()["code"]
    phone = Phone(http, account)
    assert await phone.ask("POST", "/binding", json={"code": code}) == {"status": "bound"}
    await phone.ask("PUT", "/places", json={"agreed": True})
    return phone


async def ordered(client: BackendClient, elder: Elder, **values: Any) -> tuple[str, str]:
    wish = {"service": "cleaning", "date": TODAY, "time": "09:30", **values}
    placed = await client.place_order(
        wish.pop("key", "o1"), elder_id=elder.id, conversation="c", now=NOW, **wish
    )
    return placed.id, placed.number


@pytest.fixture
async def scene(http: httpx.AsyncClient, client: BackendClient, elder: Elder) -> Scene:
    home = {name: AT_HOME[name] for name in ("latitude", "longitude", "system")}
    answer = await http.put(f"/v1/elders/{elder.id}/position", json=home)
    assert answer.status_code == 204, answer.text
    member = await http.post(
        "/v1/family-members",
        json={"elder_id": elder.id, "name": "陈小梅", "relation": "女儿", "role": "family"},
    )
    for owner in ({"family_member_id": member.json()["id"]}, {"elder_id": elder.id}):
        contact = {**owner, "channel": "webhook", "address": "http://127.0.0.1:9/"}
        assert (await http.post("/v1/contacts", json=contact)).status_code == 201
    order, number = await ordered(client, elder)
    worker = await a_worker(http, "张秀兰", "13900000001")
    phone = await bound(http, worker, "worker")
    await given(http, order, worker)
    return Scene(http, elder, order, number, worker, phone)


async def given(http: httpx.AsyncClient, order: str, worker: str | None) -> None:
    answer = await http.put(f"/v1/orders/{order}/worker", json={"worker_id": worker})
    assert answer.status_code == 200, answer.text


async def told(config: BackendConfig, event: str) -> list[tuple]:
    return await rows(config, f"SELECT recipient FROM notices WHERE event = '{event}'")


# who is nobody


async def test_an_account_that_is_not_bound_sees_and_does_nothing(scene: Scene):
    stranger = Phone(scene.http, "stranger")
    for shown in ("", "/binding"):
        method = "POST" if shown else "GET"
        answer = await scene.http.request(method, f"/v1/mini/work{shown}", json={"code": "1"})
        assert answer.status_code == 401
    await stranger.ask("GET", "", 404)
    await stranger.ask("PUT", "/places", 404, json={"agreed": True})
    await stranger.arrive(scene.order, 404)
    await stranger.leave(scene.order, 404)


async def test_a_wrong_a_used_and_an_expired_number_bind_nobody(
    scene: Scene, config: BackendConfig
):
    wrong = Phone(scene.http, "thief")
    assert await wrong.ask("POST", "/binding", json={"code": "22222222"}) == {"status": "wrong"}
    made = (await scene.http.post(f"/v1/workers/{scene.worker}/codes")).json()
    assert await scene.phone.ask("POST", "/binding", json=code_of(made)) == {"status": "bound"}
    assert await wrong.ask("POST", "/binding", json=code_of(made)) == {"status": "wrong"}
    late = (await scene.http.post(f"/v1/workers/{scene.worker}/codes")).json()
    expire = "UPDATE worker_codes SET expires_at = now() - interval '1 s' RETURNING id"
    assert await rows(config, expire)
    assert await wrong.ask("POST", "/binding", json=code_of(late)) == {"status": "wrong"}
    for _ in range(2):
        await wrong.ask("POST", "/binding", json={"code": "22222222"})
    good = (await scene.http.post(f"/v1/workers/{scene.worker}/codes")).json()
    assert await wrong.ask("POST", "/binding", json=code_of(good)) == {"status": "too_many"}


def code_of(made: dict[str, str]) -> dict[str, str]:
    return {"code": made["code"]}


async def test_a_number_is_made_for_nobody_unknown_or_no_longer_active(scene: Scene):
    http = scene.http
    assert (await http.post("/v1/workers/nobody/codes")).status_code == 404
    await http.patch(f"/v1/workers/{scene.worker}", json={"active": False})
    assert (await http.post(f"/v1/workers/{scene.worker}/codes")).status_code == 409
    await scene.phone.ask("GET", "", 404)
    await scene.phone.arrive(scene.order, 404)


async def test_an_account_is_one_workers_and_a_lost_telephone_is_shut_out(scene: Scene):
    other = await a_worker(scene.http, "李强", "13900000002")
    made = (await scene.http.post(f"/v1/workers/{other}/codes")).json()
    assert await scene.phone.ask("POST", "/binding", json=code_of(made)) == {"status": "taken"}
    again = await bound(scene.http, scene.worker, "new-phone")
    await scene.phone.ask("GET", "", 404)
    assert len((await again.ask("GET"))["stops"]) == 1
    await scene.http.delete(f"/v1/workers/{scene.worker}/binding")
    await again.ask("GET", "", 404)


async def test_another_workers_visit_is_out_of_reach(scene: Scene):
    other = await a_worker(scene.http, "李强", "13900000002")
    phone = await bound(scene.http, other, "other")
    assert (await phone.ask("GET"))["stops"] == []
    await phone.arrive(scene.order, 404)
    await scene.phone.arrive(scene.order)
    await phone.arrive(scene.order, 404)
    await phone.leave(scene.order, 404)
    answer = await scene.http.put(f"/v1/orders/{scene.order}/worker", json={"worker_id": other})
    assert answer.status_code == 409  # somebody is at it


# what does not fit


async def test_nothing_is_finished_that_was_not_begun(scene: Scene, config: BackendConfig):
    answer = await scene.phone.leave(scene.order, 409)
    assert "签到" in answer["detail"]
    assert await rows(config, "SELECT id FROM visits") == []
    assert (await scene.http.get(f"/v1/orders/{scene.order}")).json()["status"] == "confirmed"


async def test_the_same_press_again_changes_nothing_and_another_one_is_refused(
    scene: Scene, config: BackendConfig
):
    first = await scene.phone.arrive(scene.order)
    assert await scene.phone.arrive(scene.order) == first
    await scene.phone.arrive(scene.order, 409, key="in-again")
    assert len(await told(config, "visit_begun")) == 2  # the daughter and the elder
    done = await scene.phone.leave(scene.order)
    assert await scene.phone.leave(scene.order) == done
    await scene.phone.leave(scene.order, 409, key="out-again")
    await scene.phone.arrive(scene.order, 409, key="back")
    assert len(await told(config, "order_finished")) == 2
    audit = "SELECT action FROM audit WHERE action IN ('arrive', 'leave') AND object LIKE 'visit:%'"
    assert sorted(await rows(config, audit)) == [("arrive",), ("leave",)]


async def test_too_far_is_taken_flagged_and_told_as_it_is(scene: Scene, config: BackendConfig):
    shown = await scene.phone.arrive(scene.order, place=FAR)
    assert (shown["status"], shown["far"]) == ("under_way", True)
    assert await scene.flags() == ["too_far"]
    (one,) = (await scene.http.get("/v1/visits", headers=SOON)).json()
    assert 2200 < one["arrival_metres"] < 2250
    assert await told(config, "visit_begun") == []
    notices = (await scene.http.get("/v1/notices")).json()["items"]
    texts = [one["text"] for one in notices if one["event"] == "visit_reported"]
    assert len(texts) == 2
    assert all("张秀兰说3月4日星期三09:10到了林秀英家" in text for text in texts)
    assert all("还没有核实" in text for text in texts)


async def test_whoever_does_not_agree_works_without_a_place(scene: Scene, config: BackendConfig):
    await scene.phone.ask("PUT", "/places", json={"agreed": False})
    await scene.phone.arrive(scene.order, place=FAR)
    assert await scene.flags() == ["no_place"]
    assert await rows(config, "SELECT arrival_place FROM visits") == [(None,)]


async def test_another_day_and_an_order_that_is_over_are_refused(scene: Scene):
    await scene.phone.arrive(scene.order, 409, day="2026-03-05")
    await scene.phone.arrive(scene.order, 409, day="2026-03-03", now=NOW - timedelta(days=1))
    gone = {"Idempotency-Key": "cancel"}
    path = f"/v1/orders/{scene.order}"
    await scene.http.patch(path, json={"status": "cancelled"}, headers=gone)
    await scene.phone.arrive(scene.order, 409)
    assert (await scene.phone.ask("GET"))["stops"] == []
    answer = await scene.http.put(f"{path}/worker", json={"worker_id": None})
    assert answer.status_code == 409


async def test_an_order_cancelled_meanwhile_is_ended_and_flagged(scene: Scene):
    await scene.phone.arrive(scene.order)
    await scene.http.patch(
        f"/v1/orders/{scene.order}",
        json={"status": "cancelled"},
        headers={"Idempotency-Key": "cancel"},
    )
    shown = await scene.phone.leave(scene.order)
    assert shown["status"] == "finished"
    assert await scene.flags() == ["no_photo", "order_changed"]
    assert (await scene.http.get(f"/v1/orders/{scene.order}")).json()["status"] == "cancelled"


@pytest.mark.parametrize(
    "values",
    [
        {"at": "gestern"},
        {"at": "2026-03-04T09:10:00"},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"at": "9999-12-31T23:59:59-12:00"},
        {"place": {**AT_HOME, "latitude": 91}},
        {"place": {**AT_HOME, "system": "bd09"}},
        {"extra": "x"},
    ],
)
async def test_what_cannot_be_is_refused_by_name(scene: Scene, values: dict[str, Any]):
    answer = await scene.phone.arrive(scene.order, 422, **values)
    assert answer["detail"]


@pytest.mark.parametrize(
    "photo",
    [
        "no base64!",
        base64.b64encode(b"#EXTM3U\nfile:///etc/passwd").decode(),
        base64.b64encode(jpeg()[:40]).decode(),
        base64.b64encode(b"\x89PNG\r\n\x1a\nbroken").decode(),
        "A" * 2_800_004,
    ],
)
async def test_what_is_no_picture_ends_no_visit(scene: Scene, photo: str):
    await scene.phone.arrive(scene.order)
    assert (await scene.phone.leave(scene.order, 422, photo=photo))["field"] == "photo"
    assert (await scene.phone.ask("GET"))["stops"][0]["status"] == "under_way"


# what goes well


async def test_a_day_is_in_order_and_says_what_one_should_know(
    scene: Scene, client: BackendClient, http: httpx.AsyncClient
):
    late, _ = await ordered(client, scene.elder, key="o2", time="evening", service="meals")
    noon, _ = await ordered(client, scene.elder, key="o3", time="noon", note="钥匙在门卫那里")
    other, _ = await ordered(client, scene.elder, key="o4", date="2026-03-05")
    weekly, _ = await ordered(
        client, scene.elder, key="o5", date="2026-03-11", time="10:00", recurring="FREQ=WEEKLY"
    )
    for order in (late, noon, other, weekly):
        await given(http, order, scene.worker)
    await http.patch(
        f"/v1/elders/{scene.elder.id}", json={"hearing": "听不清", "lives_alone": True}
    )
    stops = (await scene.phone.ask("GET"))["stops"]
    assert [one["order_id"] for one in stops] == [scene.order, noon, late]
    first = stops[0]
    assert (first["when"], first["status"], first["elder"]) == ("09:30", "planned", "林秀英")
    assert first["phone"] == "13800001001"
    assert "117.017400%2C25.075100" in first["map_url"]
    assert stops[1]["needs"] == ["交代：钥匙在门卫那里", "听力：听不清", "一个人住"]
    then = datetime.fromisoformat("2026-03-18T08:00:00+08:00")
    assert [one["order_id"] for one in (await scene.phone.ask("GET", now=then))["stops"]] == [
        weekly
    ]


async def test_a_visit_from_the_door_to_the_call_afterwards(
    scene: Scene, config: BackendConfig, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    await scene.phone.arrive(scene.order)
    shown = await scene.phone.leave(
        scene.order,
        note="擦了窗户",
        differs="厨房没有做，老人不让",
        photo=base64.b64encode(jpeg(b"SECRETPLACE")).decode(),
    )
    assert (shown["status"], shown["phone"], shown["address"]) == ("finished", None, None)
    assert not any(said in caplog.text for said in ("25.07", "117.01", "张秀兰", "1390000"))
    assert await scene.flags() == ["differs"]
    assert (await scene.http.get(f"/v1/orders/{scene.order}")).json()["status"] == "finished"
    begun = await rows(config, "SELECT text FROM notices WHERE event = 'visit_begun'")
    assert len(begun) == 2
    plans = "SELECT kind, status FROM check_ins"
    assert await rows(config, plans) == [("satisfaction", "waiting")]
    (one,) = (await scene.http.get("/v1/visits", headers=SOON)).json()
    picture = await scene.http.get(f"/v1/visits/{one['id']}/photo")
    assert picture.headers["content-type"] == "image/jpeg"
    assert b"SECRETPLACE" not in picture.content
    with av.open(io.BytesIO(picture.content), format="jpeg_pipe") as opened:
        assert opened.streams.video[0].width == 64


async def test_what_comes_again_is_finished_day_by_day(
    scene: Scene, client: BackendClient, config: BackendConfig
):
    daily, _ = await ordered(client, scene.elder, key="o2", service="meals", recurring="FREQ=DAILY")
    await given(scene.http, daily, scene.worker)
    for day in (0, 1):
        now = NOW + timedelta(days=day)
        date = now.date().isoformat()
        await scene.phone.arrive(daily, day=date, now=now, key=f"in{day}")
        await scene.phone.leave(daily, day=date, now=now, key=f"out{day}")
    assert (await scene.http.get(f"/v1/orders/{daily}")).json()["status"] == "confirmed"
    assert len(await told(config, "visit_finished")) == 4
    assert len(await rows(config, "SELECT id FROM check_ins")) == 1  # one call an order


async def test_what_was_kept_without_a_network_counts_by_its_own_time(scene: Scene):
    pressed = (NOW - timedelta(minutes=30)).isoformat()
    shown = await scene.phone.arrive(scene.order, at=pressed)
    assert shown["arrived_at"] == "2026-03-04T08:40:00+08:00"
    assert await scene.flags() == ["sent_late"]


async def test_places_and_names_lie_sealed_and_are_forgotten_in_time(
    scene: Scene, config: BackendConfig
):
    await scene.phone.arrive(scene.order)
    await scene.phone.leave(scene.order, photo=base64.b64encode(jpeg()).decode())
    ((name, phone, place),) = await rows(
        config,
        "SELECT name, w.phone, arrival_place FROM workers w JOIN visits v ON v.worker_id = w.id",
    )
    assert "张秀兰" not in name
    assert "1390" not in phone
    assert "25.0" not in place
    jobs = "SELECT args->>'visit_id', scheduled_at > now() + interval '89 days' "
    ((visit_id, late),) = await rows(
        config, f"{jobs} FROM procrastinate_jobs WHERE task_name = 'forget_visit'"
    )
    assert late
    database = Database(config)
    async with database.transaction() as session:
        await visits.forget(Work(session, NOW, config, "worker"), visit_id)
    await database.close()
    assert await rows(config, "SELECT arrival_place, leaving_place FROM visits") == [(None, None)]
    assert await rows(config, "SELECT 1 FROM visit_photos") == []
    assert (await scene.http.get(f"/v1/visits/{visit_id}/photo")).status_code == 404


async def test_who_belongs_to_nobody_else_begins_at_the_visits(scene: Scene):
    shown = Passes("pass").issue("mini", "worker")
    me = await scene.http.get("/v1/mini/me", headers={"Authorization": f"Bearer {shown}"})
    assert (me.json()["role"], me.json()["work"]) == ("worker", {"name": "张秀兰", "places": True})


async def test_a_new_address_forgets_where_the_home_was(scene: Scene):
    await scene.http.patch(f"/v1/elders/{scene.elder.id}", json={"address": "福康县东街2号"})
    await scene.phone.arrive(scene.order)
    (one,) = (await scene.http.get("/v1/visits", headers=SOON)).json()
    assert one["arrival_metres"] is None


# what did not end, and what never was


def at(now: datetime) -> dict[str, str]:
    return {"X-Anban-Now": now.isoformat()}


async def looked_after(config: BackendConfig, now: datetime) -> None:
    database = Database(config)
    async with database.transaction() as session:
        await unfinished.look_after(Work(session, now, config, "worker"))
    await database.close()


async def cases(http: httpx.AsyncClient) -> list[tuple[str, str]]:
    found = (await http.get("/v1/handoffs")).json()["items"]
    return [(one["reason"], one["status"]) for one in found]


async def test_a_visit_nobody_ends_is_closed_with_a_case_and_the_order_is_free(
    scene: Scene, config: BackendConfig
):
    await scene.phone.arrive(scene.order)
    await looked_after(config, NOW + timedelta(hours=35))
    assert await cases(scene.http) == []
    for _ in range(2):
        await looked_after(config, TWO_DAYS_LATER)
    assert await cases(scene.http) == [("visit_not_ended", "open")]
    (one,) = (await scene.http.get("/v1/visits", headers=at(TWO_DAYS_LATER))).json()
    assert (one["status"], one["flags"]) == ("not_ended", ["not_ended"])
    other = await a_worker(scene.http, "李强", "13900000002")
    await given(scene.http, scene.order, other)


@pytest.mark.parametrize(("done", "status"), [(True, "finished"), (False, "confirmed")])
async def test_the_desk_ends_it_as_done_or_not(
    scene: Scene, config: BackendConfig, done: bool, status: str
):
    await scene.phone.arrive(scene.order)
    await looked_after(config, TWO_DAYS_LATER)
    (one,) = (await scene.http.get("/v1/visits", headers=at(TWO_DAYS_LATER))).json()
    path, word = f"/v1/visits/{one['id']}/end", {"by": "王站长", "outcome": "打电话问过了"}
    assert (await scene.http.post(path, json={**word, "outcome": "", "done": done})).is_error
    answer = await scene.http.post(path, json={**word, "done": done})
    assert answer.status_code == 204, answer.text
    assert (await scene.http.get(f"/v1/orders/{scene.order}")).json()["status"] == status
    assert await cases(scene.http) == [("visit_not_ended", "done")]
    again = await scene.http.post(path, json={**word, "done": True})
    assert again.status_code == (409 if done else 204)


async def test_a_leaving_that_was_kept_without_a_network_still_ends_it(
    scene: Scene, config: BackendConfig
):
    await scene.phone.arrive(scene.order)
    await looked_after(config, TWO_DAYS_LATER)
    left = NOW + timedelta(hours=1)
    body = {"at": left.isoformat(), "place": AT_HOME}
    path = f"/{scene.order}/{TODAY}/leaving"
    await scene.phone.ask("POST", path, 200, key="out", now=TWO_DAYS_LATER, json=body)
    (one,) = (await scene.http.get("/v1/visits", headers=at(TWO_DAYS_LATER))).json()
    assert one["status"] == "finished"


async def test_a_visit_nobody_came_to_stays_until_it_is_handled(
    scene: Scene, config: BackendConfig
):
    tomorrow = NOW + timedelta(days=1)
    for _ in range(2):
        await looked_after(config, tomorrow)
    assert await cases(scene.http) == [("visit_missed", "open")]
    (one,) = (await scene.http.get("/v1/missed-visits", headers=at(tomorrow))).json()
    assert (one["order_id"], one["day"], one["worker_id"]) == (scene.order, TODAY, scene.worker)
    path, word = f"/v1/missed-visits/{one['id']}/outcome", {"by": "王站长", "outcome": "改天去"}
    assert (await scene.http.post(path, json=word)).status_code == 204
    assert (await scene.http.get("/v1/missed-visits", headers=at(tomorrow))).json() == []
    assert await cases(scene.http) == [("visit_missed", "done")]


async def test_a_check_in_that_comes_late_was_not_missed(scene: Scene, config: BackendConfig):
    tomorrow = NOW + timedelta(days=1)
    await looked_after(config, tomorrow)
    path, body = f"/{scene.order}/{TODAY}/arrival", {"at": NOW.isoformat(), "place": AT_HOME}
    await scene.phone.ask("POST", path, 200, key="in", now=tomorrow, json=body)
    assert (await scene.http.get("/v1/missed-visits", headers=at(tomorrow))).json() == []
    assert await cases(scene.http) == [("visit_missed", "done")]


async def test_what_is_given_to_nobody_or_over_is_not_missed(scene: Scene, config: BackendConfig):
    await given(scene.http, scene.order, None)
    await looked_after(config, NOW + timedelta(days=1))
    assert await cases(scene.http) == []


async def test_the_worker_looks_after_visits_by_itself(scene: Scene, config: BackendConfig):
    await scene.phone.arrive(scene.order)
    async with worker(config, (NOTICES,)), asyncio.timeout(60):
        while await rows(config, "SELECT status FROM visits") != [("not_ended",)]:
            await asyncio.sleep(0.1)
