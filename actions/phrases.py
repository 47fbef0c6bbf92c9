"""Words that say what shall happen to a booking or an order, in all varieties."""

from __future__ import annotations

import re

CALLED_OFF = re.compile(
    r"取消|退[了掉咯啦嘛]|[都全拢]退|不订|不要[了咧啦哩咯嘞]|不用了|算[了嘞啦咧哩喇]|不喊|不消|毋使|毋免|唔要|唔使|[不甭别莫]来[了咧啦哩咯]|"
    r"[不莫毋唔免][送订约][了咧啦哩咯嘛喇]|免(?:约|来|送|订|啊|啦|了|$)"
)
"""Words that give up what was ordered or is being ordered."""
KEEPS = re.compile(
    r"(?:[不别甭莫毋唔]|没)(?:要|使|用|说|讲){0,2}(?:取消|退)|留着|照旧|照常|不是这[一个单]"
)
"""Words that keep an order that was about to be cancelled."""
MOVES = re.compile(r"改|换[到成个一]|挪|徙|推[迟后到]|往[后前]|提[前早]|延[期后]|调[到成整]")
"""Words that move an order to another time."""
REFUSED = re.compile(r"(?:不|莫|毋|唔|甭|别)(?:要|送|来|用|订|约|消|使|免|去)|免(?:约|来|送|订)")
"""Words that refuse a service or a worker."""
ORDERS = re.compile(r"订|预约|约[个一]|[派喊叫寻找搵揾揣整][个一]?[人师]|来[个一]?人")
"""Words that order somebody to come."""
