"""Whether a question asks for what somebody may have, or for a thing."""

from __future__ import annotations

import re

MAY = re.compile(
    r"能|可以|可不可以|够不够|够格|够条件|符合|合不合|有资格|有份|享受|轮得?[到上]|算不算|给不给|"
    r"领得?到|有没有(?:份|我)|批得下来|行不行|要得不|(?:申请|领|拿|买|装|享受)[^，。]{0,8}吗"
)
SOMEBODY = re.compile(
    r"我(?!想问|听|问|手头|们这|国|市|省|区的?文件)|俺|咱[爸妈爷奶家]|阿[嬷公爸妈嫲]|老[伴妈爸]|[爸妈爹娘]|爷爷|奶奶|"
    r"外[婆公]|婆婆|公公|岳[父母]|姥[姥爷]|叔|伯|姨|姑|舅|邻居|隔壁|他家|她家"
)
CLAIMS = re.compile(r"享受(?![着了过])|申请|符合|资格|条件|够格|轮得?到|有份")
"""What is asked of somebody who was spoken of before."""
CLEAR = re.compile(
    r"(?:能|可以|够|符合|有没有|算|是不是)[^，。]{0,8}(?:享受(?![^，。]{0,3}[哪什])|申请|领|资格|条件|份|对象)|够格|轮得?到|批得下来"
    r"|(?:能|可以)(?:给|办|有|要|用|拿)?[不没吗][啊呀]?$"
)
"""Somebody asks for what they may have, and for nothing else."""
NO_CLAIM = re.compile(r"什么时候|啥时候|几时|哪[一]?[年天月]|提高|涨|[高多加]一?点")
"""When something comes, or whether there is more of it, is no claim to it."""
OF_A_THING = re.compile(
    r"除了|几(?:个|次|回|趟|点|天)|几小时|多少|多久|多长时间|在哪|哪里|哪儿|是啥|是什么|叫什么|叫啥|多少钱|几块|干啥|做什么|怎么(?!就)|咋"
)
"""What somebody asks who wants to know a thing, and not whether they may have it."""
OR_NOT = re.compile(
    r"[吗么嘛不没]$|[吗么嘛不没][，。？?]|能不能|可不可以|可以不|够不够|行不行|要得不|有没有(?:份|我|资格)|给不给|算不算|轮得?[到上]|得[到上][吗不没]"
)
