"""The page behind a link that acknowledges."""

import json
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from backend.client import BackendClient, Elder
from backend.config import BackendConfig, SmtpConfig
from backend.notices.links import Links, links_of
from backend.store.outbox import EMERGENCIES

from .conftest import api, worker
from .houses import rows, until_rows
from .receivers import Mailbox, smtp_server, webhook_receiver
from .test_escalation import cry, family

pytestmark = pytest.mark.integration


async def link(client: BackendClient, config: BackendConfig, elder: Elder) -> tuple[str, str]:
    """The emergency and the path of the daughter's link."""
    await family(client, elder, "http://127.0.0.1:9/")
    raised = await cry(client)
    (notice,) = [one.id for one in raised.notices if not one.post]
    return raised.id, links_of(config).url(notice).removeprefix(config.public_url)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
async def test_a_preview_that_opens_the_link_acknowledges_nothing(
    client: BackendClient, config: BackendConfig, elder: Elder, http: httpx.AsyncClient, method: str
):
    emergency, path = await link(client, config, elder)
    for _ in range(3):
        opened = await http.request(method, path, headers={"Authorization": ""})
        assert opened.status_code == 200
    assert (await client.emergency(emergency)).status == "open"
    assert opened.headers["cache-control"] == "no-store"
    assert "noindex" in opened.headers["x-robots-tag"]


async def test_the_page_says_who_and_where_and_its_button_acknowledges_as_the_contact(
    client: BackendClient, config: BackendConfig, elder: Elder, http: httpx.AsyncClient
):
    emergency, path = await link(client, config, elder)
    no_token = {"Authorization": ""}
    page = (await http.get(path, headers=no_token)).text
    for word in ("林秀英", "摔倒", "和平路18号302", "13800001001", "我来处理", "我摔了起不来"):
        assert word in page
    pressed = await http.post(path, headers=no_token, follow_redirects=True)
    assert "由您来处理" in pressed.text
    held = await client.emergency(emergency)
    assert (held.status, held.acknowledged_by) == ("acknowledged", "女儿小梅")
    assert held.acknowledged_channel == "link"
    again = await http.post(path, headers=no_token, follow_redirects=True)
    assert (again.status_code, "由您来处理" in again.text) == (200, True)
    looked = "SELECT 1 FROM audit, contacts c WHERE object = %s AND actor = 'contact:' || c.id"
    assert await rows(config, looked.replace("%s", f"'emergency:{emergency}'"))


async def test_who_comes_second_sees_who_came_first(
    client: BackendClient, config: BackendConfig, elder: Elder, http: httpx.AsyncClient
):
    emergency, path = await link(client, config, elder)
    await client.acknowledge(emergency, "王站长")
    pressed = await http.post(path, headers={"Authorization": ""}, follow_redirects=True)
    assert "王站长已经接手了" in pressed.text
    assert "我来处理" not in pressed.text
    await client.close_emergency(emergency, "王站长", "false_alarm", checked=True)
    assert "是误报" in (await http.get(path)).text


async def test_what_was_said_cannot_change_the_page(
    client: BackendClient, config: BackendConfig, http: httpx.AsyncClient
):
    raised = await cry(client, text="<script>alert(1)</script>")
    (notice,) = raised.notices
    path = links_of(config).url(notice.id).removeprefix(config.public_url)
    assert "<script>" not in (await http.get(path)).text


@pytest.mark.parametrize("token", ["x", "ImFiYyI.aaaa.bbbb", "%00", "a" * 5000])
async def test_a_forged_link_is_refused_and_says_what_to_do(http: httpx.AsyncClient, token: str):
    for answer in (await http.get(f"/a/{token}"), await http.post(f"/a/{token}")):
        assert answer.status_code == 404
        assert "120" in answer.text


async def test_a_link_of_another_installation_or_an_old_one_is_refused(
    client: BackendClient, config: BackendConfig, elder: Elder, http: httpx.AsyncClient
):
    raised = await cry(client)
    notice = raised.notices[0].id
    other = Links(config.public_url, "another secret", config.link_lifetime)
    old = links_of(replace(config, link_lifetime=timedelta(seconds=-1)))
    forged = other.url(notice).removeprefix(config.public_url)
    assert (await http.post(forged)).status_code == 404
    with pytest.raises(Exception, match="过期"):
        old.notice_id(old.url(notice).rsplit("/", 1)[1])
    assert (await client.emergency(raised.id)).status == "open"


async def test_mails_and_webhooks_carry_the_link_and_are_marked_urgent(
    client: BackendClient, config: BackendConfig, elder: Elder, http: httpx.AsyncClient
):
    mailbox = Mailbox()
    async with webhook_receiver() as receiver, smtp_server(mailbox) as port:
        smtp = SmtpConfig("127.0.0.1", port, "anban@example.org")
        both = replace(config, smtp=smtp)
        async with worker(both, (EMERGENCIES,)):
            contact = await family(client, elder, receiver.url)
            member = contact.family_member_id
            await client.create_contact("email", "d@example.org", family_member_id=member)
            async with api(both) as mailing:
                await cry(mailing)
            await until_rows(config, "SELECT 1 FROM notices WHERE status = 'delivered'", 2)
    url = json.loads(receiver.bodies[0])["acknowledge_url"]
    assert url in json.loads(receiver.bodies[0])["text"]
    assert url.startswith(config.public_url + "/a/")
    mail = mailbox.mails[0]
    assert mail["Importance"] == "high"
    assert f"{config.public_url}/a/" in mail.get_content()
