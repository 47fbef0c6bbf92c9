"""What is wrong with a field, in words that say what would be right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

_RIGHT = {
    "missing": "必须填写",
    "extra_forbidden": "没有这一项，应去掉",
    "string_type": "应为文字",
    "string_too_short": "不能为空",
    "string_too_long": "太长，应在{max_length}个字以内",
    "int_parsing": "应为整数",
    "int_type": "应为整数",
    "float_type": "应为数字",
    "float_parsing": "应为数字",
    "bool_type": "应为 true 或 false",
    "bool_parsing": "应为 true 或 false",
    "greater_than_equal": "应不小于{ge}",
    "less_than_equal": "应不大于{le}",
    "literal_error": "应为 {expected}",
    "json_invalid": "内容不是 JSON",
    "model_attributes_type": "内容应为 JSON 对象",
    "dict_type": "应为 JSON 对象",
    "too_long": "内容太多",
    "value_error": "{error}",
}


def fault(error: Mapping[str, Any], place: Sequence[int | str]) -> tuple[str, str]:
    """Return the field and the sentence for one of pydantic's errors.

    Args:
        error: as in `ValidationError.errors()`.
        place: the parts of the field's path.
    """
    field = ".".join(map(str, place))
    context = {name: str(value) for name, value in (error.get("ctx") or {}).items()}
    right = _RIGHT.get(error["type"], "格式不对").format_map(_Lenient(context))
    return field, f"{field}：{right}"


class _Lenient(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return ""
