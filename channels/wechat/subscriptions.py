"""What WeChat pushes about subscription messages: allowed, taken back, and what became of them."""

from __future__ import annotations

from channels.messaging import Messenger
from channels.wechat.messages import Push
from channels.wechat.sender import NO_CREDIT

ALLOWED = "subscribe_msg_popup_event"
"""somebody was asked, and has allowed one message of a template, or has not"""
CHANGED = "subscribe_msg_change_event"
"""somebody has changed in WeChat's settings what they allow"""
SENT = "subscribe_msg_sent_event"
"""what became of a message"""
EVENTS = frozenset({ALLOWED, CHANGED, SENT})
_FIELDS = {
    ALLOWED: "SubscribeMsgPopupEvent",
    CHANGED: "SubscribeMsgChangeEvent",
    SENT: "SubscribeMsgSentEvent",
}
MOST = 20
"""items of one push; WeChat asks for three templates at once"""


async def note(messenger: Messenger, channel: str, push: Push, *, counts: bool = True) -> None:
    """Count what was allowed, forget what was taken back, and pass on what became of a message.

    Args:
        messenger: knows the backend.
        channel: wechat or mini.
        push: one of `EVENTS`; the same push again changes nothing.
        counts: whether what is allowed is counted here; the mini-program's page says it itself.
    """
    for item in _items(push):
        template, status = item.get("TemplateId", ""), item.get("SubscribeStatusString", "")
        if push.message.event == SENT:
            await _sent(messenger, channel, push, item)
        elif not template:
            continue
        elif status == "reject" and push.message.event == CHANGED:
            await messenger.use_up(channel, push.openid, template)
        elif status == "accept" and push.message.event == ALLOWED and counts:
            key = f"{push.key}:{template}"
            await messenger.top_up(channel, push.openid, template, key)


async def _sent(messenger: Messenger, channel: str, push: Push, item: dict[str, str]) -> None:
    code, number = item.get("ErrorCode", ""), item.get("MsgID", "")
    if number:
        detail = f"{code} {item.get('ErrorStatus', '')}".strip()
        receipt = f"subscription {number}"
        await messenger.report(channel, receipt, reached=code == "0", detail=detail)
    if code == str(NO_CREDIT) and item.get("TemplateId"):
        await messenger.use_up(channel, push.openid, item["TemplateId"])


def _items(push: Push) -> list[dict[str, str]]:
    found = push.message._data.get(_FIELDS[push.message.event])
    listed = found.get("List") if isinstance(found, dict) else None
    items = listed if isinstance(listed, list) else [listed]
    return [
        {name: value for name, value in item.items() if isinstance(value, str)}
        for item in items[:MOST]
        if isinstance(item, dict)
    ]
