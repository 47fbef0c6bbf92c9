"""Text messages against fakes of the carriers, and signatures against their own packages'."""

import json
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from urllib.parse import parse_qsl

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from anban.errors import NotNow, Refused
from channels.ports import Letter
from channels.sms import signing
from channels.sms.config import SmsConfig, Template
from channels.sms.door import Door
from channels.sms.sender import SmsSender
from tests.fakes.house import FakeHousehold
from tests.fakes.loopback import loopback
from tests.fakes.sms import FakeCarrier

pytestmark = pytest.mark.integration

TEMPLATES = {
    "emergency_raised": Template("SMS_ALARM", {"what": "{subject}", "link": "{url}"}),
    "any": Template("SMS_1", {"text": "{subject}", "number": "{number}"}),
}
LETTER = Letter(
    "n1",
    "order_booked",
    "13900002002",
    "林秀英订了送餐" + "呀" * 40,
    "…",
    datetime(2026, 3, 4),
    number="345820",
)


@pytest.fixture
async def carrier() -> AsyncIterator[tuple[FakeCarrier, str]]:
    fake = FakeCarrier()
    async with loopback(fake.app()) as address:
        yield fake, address


def sender(provider: str, address: str) -> SmsSender:
    config = SmsConfig(provider, "id", "secret", "安伴", TEMPLATES, app_id="1400", api=address)
    return SmsSender(config)


def test_aliyuns_own_package_signs_the_same():
    query = (
        "OutId=n1&PhoneNumbers=13900002002&SignName=%E5%AE%89%E4%BC%B4&TemplateCode=SMS_1"
        "&TemplateParam=%7B%22text%22%3A%22%E6%9E%97%E7%A7%80%E8%8B%B1%E8%AE%A2%E4%BA%86"
        "%E9%80%81%E9%A4%90+a%2Bb~c%2Ad%22%7D"
    )
    headers = {
        "host": "127.0.0.1:8899",
        "x-acs-version": "2017-05-25",
        "x-acs-action": "SendSms",
        "user-agent": "AlibabaCloud (Linux; x86_64) Python/3.11.7 Core/0.4.3 TeaDSL/2",
        "x-acs-date": "2026-11-22T13:10:01Z",
        "x-acs-signature-nonce": "dd687bbfe88e9f8e06d03bd5a2ae7e50",
        "accept": "application/json",
        "x-acs-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "x-acs-credentials-provider": "static_ak",
    }
    found = signing.aliyun("ak-id", "ak-secret", dict(parse_qsl(query)), headers)
    assert found.endswith(
        "Signature=80f195142c2cb14c2c4e88afc2b146c3175ec996df99cedd445c9bb2fefa2f2e"
    )


def test_tencents_own_package_signs_the_same():
    body = json.dumps(
        {
            "PhoneNumberSet": ["+8613900002002"],
            "SmsSdkAppId": "1400",
            "TemplateId": "77",
            "SignName": "安伴",
            "TemplateParamSet": ["林秀英订了送餐"],
            "SessionContext": "n1",
        }
    ).encode()
    found = signing.tencent("sid", "skey", "127.0.0.1:8899", body, 1795353002)
    assert found == (
        "TC3-HMAC-SHA256 Credential=sid/2026-11-22/sms/tc3_request, "
        "SignedHeaders=content-type;host, "
        "Signature=85b0267c7b33ba6470d98ae76d0260057f5079f28533cb8345c7d1a8f23e28ab"
    )


async def test_aliyun_takes_a_message_and_its_number_is_the_receipt(carrier):
    fake, address = carrier
    by = sender("aliyun", address)
    assert await by.send(LETTER) == "aliyun 900001^0"
    query = fake.sent[0]["query"]
    assert (query["PhoneNumbers"], query["TemplateCode"]) == ("13900002002", "SMS_1")
    assert query["OutId"] == "n1"
    told = json.loads(query["TemplateParam"])
    assert (told["number"], len(told["text"])) == ("345820", 35)
    await by.close()


async def test_tencent_takes_a_message_and_its_number_is_the_receipt(carrier):
    fake, address = carrier
    by = sender("tencent", address)
    alarm = replace(LETTER, event="emergency_raised", url="http://anban/a/" + "x" * 60)
    assert await by.send(alarm) == "tencent 2640:900001"
    assert fake.sent[0]["PhoneNumberSet"] == ["+8613900002002"]
    assert fake.sent[0]["TemplateId"] == "SMS_ALARM"
    assert fake.sent[0]["TemplateParamSet"][1] == alarm.url
    await by.close()


@pytest.mark.parametrize(
    ("provider", "code", "error"),
    [
        ("aliyun", "isv.MOBILE_NUMBER_ILLEGAL", Refused),
        ("aliyun", "SignatureDoesNotMatch", Refused),
        ("aliyun", "isv.BUSINESS_LIMIT_CONTROL", NotNow),
        ("aliyun", "Throttling.User", NotNow),
        ("aliyun", "isp.SYSTEM_ERROR", NotNow),
        ("tencent", "AuthFailure.SignatureFailure", Refused),
        ("tencent", "InvalidParameterValue.IncorrectPhoneNumber", Refused),
        ("tencent", "LimitExceeded.PhoneNumberThirtySecondLimit", NotNow),
        ("tencent", "InternalError.Timeout", NotNow),
    ],
)
async def test_what_a_carriers_code_means(
    carrier, provider: str, code: str, error: type[Exception]
):
    fake, address = carrier
    fake.plan = [code]
    by = sender(provider, address)
    with pytest.raises(error, match=code) as raised:
        await by.send(LETTER)
    assert "1390000" not in str(raised.value)
    await by.close()


async def test_a_carrier_that_is_down_is_tried_again(carrier):
    fake, address = carrier
    fake.status = 503
    by, nowhere = sender("aliyun", address), sender("tencent", "http://127.0.0.1:9")
    for one in (by, nowhere):
        with pytest.raises(NotNow):
            await one.send(LETTER)
        await one.close()


async def test_an_event_without_a_template_is_refused(carrier):
    config = SmsConfig("aliyun", "id", "secret", "安伴", {}, api=carrier[1])
    by = SmsSender(config)
    with pytest.raises(Refused, match="no template for order_booked"):
        await by.send(LETTER)
    await by.close()


# reports

ALIYUN = {
    "phone_number": "13900002002",
    "send_time": "2026-03-04 09:10:00",
    "report_time": "2026-03-04 09:10:04",
    "success": False,
    "err_code": "MOBILE_NOT_ON_SERVICE",
    "err_msg": "停机",
    "sms_size": "1",
    "biz_id": "900001^0",
    "out_id": "n1",
}
TENCENT = {
    "user_receive_time": "2026-03-04 09:10:04",
    "nationcode": "86",
    "mobile": "13900002002",
    "report_status": "SUCCESS",
    "errmsg": "DELIVRD",
    "description": "用户短信送达成功",
    "sid": "2640:900002",
}


@pytest.fixture
async def door() -> AsyncIterator[tuple[httpx.AsyncClient, FakeHousehold]]:
    household, app = FakeHousehold(), FastAPI()
    app.include_router(Door("secret", household).routes())
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://anban") as http:
        yield http, household


async def test_reports_of_both_carriers_are_written_down(door):
    http, household = door
    answer = await http.post("/sms/secret", json=[ALIYUN, TENCENT])
    assert (answer.status_code, answer.json()["code"], answer.json()["result"]) == (200, 0, 0)
    assert household.reports == [
        ("sms", "aliyun 900001^0", False),
        ("sms", "tencent 2640:900002", True),
    ]


async def test_a_report_to_another_address_is_refused(door):
    assert (await door[0].post("/sms/guess", json=[ALIYUN])).status_code == 403


async def test_reports_that_cannot_be_written_down_come_again(door):
    http, household = door
    household.down = True
    assert (await http.post("/sms/secret", json=[ALIYUN])).status_code == 503


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["biz_id", "sid", "success", "errmsg"]), inner, max_size=4
        )
    ),
    max_leaves=8,
)


@pytest.mark.parametrize("provider", ["aliyun", "tencent"])
@pytest.mark.parametrize("wrong", [{"secret": "other"}, {"key_id": "other"}])
async def test_the_carriers_refuse_what_is_signed_with_other_keys(
    carrier: tuple[FakeCarrier, str], provider: str, wrong: dict[str, str]
):
    fake, address = carrier
    config = SmsConfig(provider, "id", "secret", "安伴", TEMPLATES, app_id="1400", api=address)
    with pytest.raises(Refused, match=r"Signature|SecretId|AccessKey"):
        await SmsSender(replace(config, **wrong)).send(LETTER)
    with pytest.raises(Refused, match="Expire"):
        await SmsSender(config, clock=lambda: time.time() - 1000).send(LETTER)
    assert fake.sent == []


@settings(
    max_examples=100, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(report=_JSON, raw=st.binary(max_size=40))
async def test_whatever_is_reported_there_is_no_internal_error(door, report, raw):
    for body in (json.dumps(report).encode(), raw):
        answer = await door[0].post("/sms/secret", content=body)
        assert answer.status_code in (200, 400)
