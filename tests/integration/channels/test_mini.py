"""The mini-program against WeChat's wire format: who it is, and messages that were allowed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from anban.errors import NotNow, Refused
from channels.mini.config import MiniConfig
from channels.mini.login import Login
from channels.mini.sender import PATH, MiniSender
from channels.wechat.api import WeChatApi
from channels.wechat.config import Template, WeChatConfig
from tests.fakes.loopback import loopback
from tests.fakes.wechat import APP_ID, DAUGHTER, SECRET, FakeWeChat

from .test_senders import ALARM, LETTER, Allowances

pytestmark = pytest.mark.integration

TEMPLATES = {"emergency_raised": Template("tpl-alarm", "subscribe", {"thing1": "{subject}"})}


@pytest.fixture
async def wechat() -> AsyncIterator[tuple[FakeWeChat, MiniConfig]]:
    fake = FakeWeChat(credits={"tpl-alarm": 1}, logins={"code-1": DAUGHTER})
    async with loopback(fake.app()) as url:
        yield fake, MiniConfig(APP_ID, SECRET, url, TEMPLATES)


async def test_a_code_is_a_person_once(wechat: tuple[FakeWeChat, MiniConfig]):
    login = Login(wechat[1])
    assert await login.openid("code-1") == DAUGHTER
    with pytest.raises(Refused, match="40029"):
        await login.openid("code-1")
    await login.close()


async def test_a_busy_wechat_is_asked_again_later(wechat: tuple[FakeWeChat, MiniConfig]):
    fake, config = wechat
    fake.plan["/sns/jscode2session"] = [-1, 45011]
    login = Login(config)
    for _ in range(2):
        with pytest.raises(NotNow):
            await login.openid("code-1")
    assert await login.openid("code-1") == DAUGHTER
    with pytest.raises(Refused, match="40125"):
        await Login(replace(config, secret="wrong")).openid("code-1")


async def test_a_message_that_cannot_be_counted_was_sent_all_the_same(
    wechat: tuple[FakeWeChat, MiniConfig],
):
    fake, config = wechat
    allowed = Allowances(credits={"tpl-alarm": 1}, away=True)
    api = WeChatApi(WeChatConfig(APP_ID, SECRET, token="", api=config.api))
    assert (await MiniSender(config, api, allowed).send(ALARM)).startswith("mini ")
    assert len(fake.sent) == 1
    await api.close()


async def test_an_allowed_message_is_sent_once_and_leads_to_the_cry(
    wechat: tuple[FakeWeChat, MiniConfig],
):
    fake, config = wechat
    allowed = Allowances(credits={"tpl-alarm": 1})
    api = WeChatApi(WeChatConfig(APP_ID, SECRET, token="", api=config.api))
    sender = MiniSender(config, api, allowed)
    assert (await sender.send(ALARM)).startswith("mini ")
    (sent,) = fake.sent
    assert (sent["path"], sent["touser"]) == (PATH, DAUGHTER)
    assert sent["page"] == "pages/alarm/alarm?id=em1"
    with pytest.raises(Refused, match="no subscription message is left"):
        await sender.send(ALARM)
    with pytest.raises(Refused, match="no template"):
        await sender.send(LETTER)
    allowed.credits["tpl-alarm"] = 5  # we think so; WeChat knows better
    with pytest.raises(Refused, match="43101"):
        await sender.send(ALARM)
    assert allowed.credits["tpl-alarm"] == 0
    allowed.credits["tpl-alarm"] = 1
    fake.plan[PATH] = [45009]
    with pytest.raises(NotNow):
        await sender.send(ALARM)
    await api.close()
