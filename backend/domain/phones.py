"""Phone numbers in one form, and masked for people who need not see them."""

from __future__ import annotations

import phonenumbers

from anban.errors import Rejected

REGION = "CN"
RIGHT = "应为手机号或带区号的座机号，例如 13800001001 或 0597-1234567"


def normal_phone(text: str, field: str = "phone") -> str:
    """Return the number in its one stored form.

    Chinese numbers come out as dialled inside China (13800001001, 05971234567), others as E.164.

    Raises:
        Rejected: it cannot be a phone number; names `field`.
    """
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException as error:
        raise Rejected(f"电话号码不对，{RIGHT}", field) from error
    if not phonenumbers.is_possible_number(number):
        raise Rejected(f"电话号码不对，{RIGHT}", field)
    if number.country_code != 86:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    national = phonenumbers.national_significant_number(number)
    is_mobile = len(national) == 11 and national.startswith("1")
    return national if is_mobile else f"0{national}"


def caller_phone(text: str | None) -> str | None:
    """Return the number a caller showed, or None for a withheld or unusable one."""
    if not text:
        return None
    try:
        return normal_phone(text)
    except Rejected:
        return None


def masked(phone: str | None) -> str:
    """Return the number with its middle hidden: 138****1001."""
    if not phone:
        return ""
    return f"{phone[:3]}****{phone[-4:]}" if len(phone) > 7 else "****"
