"""Words for the fixed names of DESIGN: how a service is called when Anban speaks."""

from __future__ import annotations

SERVICES = {
    "cleaning": "打扫卫生",
    "bathing": "上门助浴",
    "meals": "送餐",
    "escort": "陪诊",
    "repair": "上门维修",
    "shopping": "代购",
    "bills": "代缴费",
    "haircut": "上门理发",
    "laundry": "洗衣",
    "daycare": "日间照料",
    "respite": "短期托养",
    "nursing": "上门护理",
    "companionship": "上门陪伴",
    "transport": "接送用车",
}


def service_name(service: str | None) -> str:
    """What a service is called; 服务 for one that has no name here."""
    return SERVICES.get(service or "", "服务")
