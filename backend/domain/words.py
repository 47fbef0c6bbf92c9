"""The words that are fixed across Anban, with what a person is told they are called."""

from __future__ import annotations

from typing import Final

SERVICES: Final[dict[str, str]] = {
    "cleaning": "打扫卫生",
    "bathing": "助浴",
    "meals": "送餐",
    "escort": "陪诊",
    "repair": "维修",
    "shopping": "代买东西",
    "bills": "代缴费",
    "haircut": "上门理发",
    "laundry": "洗衣",
    "daycare": "日间照料",
    "respite": "喘息服务",
    "nursing": "上门护理",
    "companionship": "陪伴聊天",
    "transport": "接送",
}

EMERGENCIES: Final[dict[str, str]] = {
    "fall": "摔倒",
    "chest_pain": "胸口痛",
    "stroke": "疑似中风",
    "breathing": "喘不上气",
    "bleeding": "出血",
    "burn": "烫伤",
    "choking": "噎住",
    "fire_gas": "着火或煤气",
    "lost": "走失",
    "intruder": "有生人闯入",
    "poisoning": "中毒或吃错药",
    "unwell": "身体不舒服",
    "self_harm": "想不开",
    "unspecified": "呼救",
}

POSTS: Final[dict[str, str]] = {
    "desk": "值班员",
    "community_worker": "社区工作人员",
    "grid_worker": "网格员",
    "property": "物业",
    "duty_phone": "值班电话",
}
"""who is on duty for a place, whoever the elder is"""

DAYTIMES: Final[dict[str, str]] = {
    "morning": "上午",
    "noon": "中午",
    "afternoon": "下午",
    "evening": "晚上",
}

ORDER_STATUSES: Final = ("placed", "confirmed", "cancelled", "finished")
OPEN_ORDER_STATUSES: Final = ("placed", "confirmed")
EMERGENCY_STATUSES: Final = ("open", "acknowledged", "closed", "false_alarm")
LIVE_EMERGENCY_STATUSES: Final = ("open", "acknowledged")
EMERGENCY_NEWS: Final = ("emergency_update", "emergency_silent", "emergency_line_dead")
"""events of a notice: the emergency goes on, and there is something new about it"""
CERTAINTIES: Final = ("certain", "possible")
NOTICE_STATUSES: Final = ("pending", "delivered", "failed", "withdrawn")
HANDOFF_STATUSES: Final = ("open", "done")
FAMILY_ROLES: Final = ("guardian", "family", "neighbour")
ACCOUNT_CHANNELS: Final = ("wechat", "telegram", "mini", "web")
"""contact channels that people also write to us by; `mini` is the mini-program, `web` its page"""
UNPUSHED: Final = ("web",)
"""contact channels that show what there is to whoever looks, and tell nobody"""
BINDING_STATUSES: Final = ("waiting", "approved", "refused")
CODE_WAYS: Final = ("call", "letter", "own")
"""how a binding number is given away; `own` is for an account of the elder's"""
CONTACT_CHANNELS: Final = (
    "email",
    "webhook",
    "sms",
    "wechat",
    "telegram",
    "mini",
    "web",
    "voice_call",
    "desk",
    "staff",
)
CALLER_ROLES: Final = ("elder", "family", "unknown")
