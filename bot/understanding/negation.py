"""What denies or forbids the words behind it, however a region says so: 免…, 唔好帮我…, 莫共伊….

Parts of expressions: `DENIED` and `FORBIDDEN` stand right before what is denied or forbidden.
"""

from __future__ import annotations

import re

_OF_IT = (
    r"(?:[你您恁]们?)?"
    r"(?:[给帮替共甲同跟畀予]+[我俺阮涯他她它伊佢渠咱]?们?(?:[那这彼嗰呢][个单张顿次趟餐]?)?)?"
    r"(?:[把将][^，。了]{1,6}?)?"
)
"""By whom and for whom a thing is done, and to what: 莫共伊取消, 别把那单退了."""
DENIED = (
    r"(?:(?<![要能会得])(?!(?<=可)[不唔毋]可|(?<=[是系])[不唔毋][是系])[不唔毋]|"
    r"[别甭莫免咪勿嫑无冇未袂]|[没冇无]有|[没莫]得|没)"
    r"(?:要|使|用|必|需|消|说|讲|话|通|好|得|能|可|以|准|敢|肯|爱|欲|想|系|是|再|急|忙|着|先|给){0,4}"
    rf"{_OF_IT}"
)
"""It is not done, nor wished for: 不取消, 冇话取消. Mere questions are none (能不能取消)."""
FORBIDDEN = (
    r"(?:[别甭莫免咪勿嫑]|无[爱欲免]|"
    r"(?<![要好])[不唔毋](?:要|用|使|必|需|消|想|爱|好|通|免|准|许|欲){1,2})"
    rf"(?:再|急|忙|着|先|去|来){{0,3}}{_OF_IT}"
)
"""It shall not be done: 别转, 唔使帮我转. What was not done (没给我转) may well be wished for."""
_ONE_OF_THEM = "(?:个|别)?(?:人工|人|真人|活人|客服|同事|师傅|阿姨|领导)"
NO_PERSON = re.compile(
    rf"{FORBIDDEN}(?:转(?:人工?|接|来转去)?|[叫喊找揾搵寻请派换]{_ONE_OF_THEM}(?:打?(?:个)?电话)?(?:过?来)?|"
    r"(?:回|打|敲|覆|复|挂|拨)(?:我|俺)?个?(?:电话|电|转来|来转))"
)
"""Words of somebody who wants no agent."""
OF_THAT_DAY = re.compile(r"(?:取消|退)[^，。了]{1,6}[那嗰彼]一?[天日工]")
"""Words that only tell a day, by what was called off on it (取消打扫那天)."""
