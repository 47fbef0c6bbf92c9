"""Values as they are written in a reply; voice/tts makes the spoken form of them."""

from __future__ import annotations

from datetime import date

STATUSES = {"placed": "已下单", "confirmed": "已订好", "cancelled": "已取消", "finished": "已完成"}

_PARTS = {"morning": "上午", "noon": "中午", "afternoon": "下午", "evening": "晚上"}
_WEEKDAYS = "一二三四五六日"
_RRULE_DAYS = {"MO": "一", "TU": "二", "WE": "三", "TH": "四", "FR": "五", "SA": "六", "SU": "日"}


def day(iso: str, today: date) -> str:
    """3月5日星期四, with 今天 or 明天 before it where that helps to check it."""
    when = date.fromisoformat(iso)
    near = {0: "今天", 1: "明天", 2: "后天"}.get((when - today).days, "")
    year = f"{when.year}年" if when.year != today.year else ""
    return f"{near}{year}{when.month}月{when.day}日星期{_WEEKDAYS[when.weekday()]}"


def clock(time: str | None) -> str:
    """下午2点, 上午9点半, 中午; empty where no time was named."""
    if not time:
        return ""
    if time in _PARTS:
        return _PARTS[time]
    hour, minute = (int(part) for part in time.split(":"))
    half = _half_of_day(hour)
    shown = hour if hour <= 12 else hour - 12
    minutes = {0: "", 30: "半", 15: "一刻", 45: "三刻"}.get(minute, f"{minute}分")
    return f"{half}{shown}点{minutes}"


def _half_of_day(hour: int) -> str:
    if hour < 6:
        return "凌晨"
    if hour < 12:
        return "上午"
    if hour < 13:
        return "中午"
    return "下午" if hour < 18 else "晚上"


def recurrence(rule: str | None) -> str:
    """每星期二和五, 每天, 每月10号, 每月初一和十五; empty where it happens once."""
    if not rule:
        return ""
    parts = dict(part.split("=", 1) for part in rule.split(";") if "=" in part)
    every = int(parts.get("INTERVAL", "1"))
    if parts.get("FREQ") == "DAILY":
        return "每天" if every == 1 else f"每隔{every - 1}天"
    if parts.get("FREQ") == "WEEKLY":
        days = "和".join(_RRULE_DAYS[d] for d in parts.get("BYDAY", "").split(",") if d)
        return f"{'每' if every == 1 else f'每{every}个'}星期{days}"
    dates = [int(d) for d in parts.get("BYMONTHDAY", "").split(",") if d]
    if parts.get("RSCALE") == "CHINESE":
        return "每月农历" + "和".join(_lunar_day(number) for number in dates)
    return "每月" + "和".join(f"{number}号" for number in dates)


def _lunar_day(number: int) -> str:
    tens = ("初", "十", "廿")[min((number - 1) // 10, 2)]
    if number in (10, 20, 30):
        return {10: "初十", 20: "二十", 30: "三十"}[number]
    return tens + "一二三四五六七八九"[(number - 1) % 10]


def when(iso: str | None, time: str | None, today: date, recurring: str | None = None) -> str:
    """Day and time in one phrase; a recurring one says its rule and its first day."""
    repeated = recurrence(recurring)
    first = day(iso, today) if iso else ""
    if repeated:
        return f"{repeated}{clock(time)}，从{first}开始" if first else f"{repeated}{clock(time)}"
    return f"{first}{clock(time)}"
