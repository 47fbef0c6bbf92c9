"""Time words that recognition wrote with other characters of the same sound (处署, 十三豪, 量点).

`heard` gives the line back with its time words in their own characters, as long as it was. What
sounds like a word of times.tsv or festivals.tsv is that word where its place in the line speaks for
it: before 那天, a part of the day or an hour, behind a day, or where little else is said. A word
that means something of its own (time_sounds.tsv) needs more of that, and so does one that only an
accent makes alike (zh/z, n/l, an/ang). Numbers and their units are put right by `spelling`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from bot.understanding import lexicon, numbers, pinyin
from bot.understanding.times import cues, spelling, words
from bot.understanding.times.spelling import CLOCK, DAY_BEHIND, same_sound
from bot.understanding.trie import Trie

_DAYS = frozenset(["day", "span", "weekend", "named", "weaknamed"])
_BESIDE_DAYS = frozenset(["thatday", "prevday", "nextday"])
_KEPT_KINDS = frozenset(["day", "part", "thatday"])
"""Kinds of words that, once written, no word across their edge is heard in (夜里拜一)."""
_LISTENED = {*_DAYS, *_BESIDE_DAYS, "part", "thismoment", "week", "lmonth", "year"}
_LISTENED |= {"monthpart", "yearpart"}
"""Kinds of words that are listened for, beside 每天 and the names of the calendars."""
_NUMERALS = frozenset("零一二三四五六七八九十两百千万亿0123456789")
_SMALL_WORDS = frozenset(
    "不没无未有个了的完到也得就是在来去做坐我你他她它们吃洗几把被给和着过要会能好很都还再又这那哪人家"
    "食饮里点时先想说看听叫用让跟同整接送喝睡买拿打请问怎么什从唔屋系扫走量喎㖞㗎啩噃喔哦"
)
"""Characters that stand for themselves too often to be believed a slip."""
_PARTICLES = frozenset("啦那吧嘛喇咯")
"""Behind a day these belong to it."""
_BEGINS_WORDS = ("以", "最", "之", "然", "洗")
"""These make a word with what follows, so that 以后填 is no garbled 后天."""
_NOT_BEHIND = ("层", "楼", "号")
_EDGE = re.compile("的?(?:[那嗰彼该][天日工]|最后|最尾|尾[天日]|头[一天])")
"""What is said of the beginning or the end of a month or a year."""
_COUNTED = re.compile(r"[点号月日时个天]")
_TEENS = re.compile(r"[一二三四五六七八九][点号月日]")
_WRITTEN_DAY = re.compile(r"(?:礼拜|星期|周)[一二三四五六日天]|初[一二三四五六七八九十]")
_DAY_BEFORE = re.compile(
    r"[天日号节]$|[明后今听][儿日朝]个?$|(?:礼拜|星期|周|拜)[一二三四五六日天]$"
    r"|初[一二三四五六七八九十]$|[月廿十][一二三四五六七八九十]$"
)
_HEAD = re.compile(r"(?:^|[，,。、 到道倒了]|那|那个|嗯|啊|呃|噢|哦|过|等|就|从)$")
_WISHED = re.compile(cues.words("wish_before") + "$")
_TAIL = re.compile(r"$|[，,。、 吧啊呀哈嘛哇来]|过来|上门|行不|可以|中不|成不|给我|帮我")
_ASKED = re.compile("来|过来|上门|给我|帮我|派|送|叫人")
_THE_DAY = re.compile(
    r"[那拿哪][天日田填添甜]|那一天|当[天日]|个日(?!子)|[彼嗰果]日|彼工|正日|放[完了咗]?假|[收歇完]完?假|[前后钱]一[天日]|头一[天日]|第二天"
    r"|过[撇忒咗罢完]|前后|[前后](?:[两三][天日]|头|夜|晚)|过了?[一两三]天|过后|以[前后]|节"
)
"""What stands behind a word that must be a day."""
_KEPT_SO = re.compile(
    r"[吃食包煮喝贴祭拜烧补称秤挂][^，,]{1,3}|[^，,]{1,4}(?:那天|那日|该日|彼日|嗰日)|[前后][面头边]?[那一]?一?[天日]"
)
"""Behind a feast: how it is kept, that it is a day, or a day counted from it."""
_KEPT_THAT_DAY = re.compile(
    "[吃食包捏煮喝贴祭拜烧补熬做称秤挂斗登赏搓炊蒸插饮][^，,]{1,3}(?:(?:那一?|该|彼|嗰)[天日工]|[头前]一?[天日工]|第二[天日工]|前后)"
)
"""The same, and that a day is told of, which even the name of a place cannot be."""
_WEEK_FRONT = re.compile(r"(?:^|[下上这个本每])$")
_DAY_OF_MONTH = re.compile(
    rf"初|[一二三]?十|廿|[二三四五六七八九](?:$|{DAY_BEHIND.pattern})|底|里|最后|尾|三十"
)
_OF_A_WEEK = ("下个", "这个", "上个", "呢个", "下只", "下")
_OF_A_MONTH = tuple("这个下上本每的一二三四五六七八九十")


_MISWRITTEN = {
    "和": re.compile(
        "(?<=[号日])[合河何荷盒禾](?=[一二三四五六七八九十初廿])"
        "|(?<=[拜期周][一二三四五六日天])[合河何荷盒禾](?=礼拜|星期|周|拜)"
    ),
    "光": re.compile("(?<=天)公(?=日(?:[上下来嚟]|朝|晨|昼|晡|暗|早|，|$))"),
    "儿": re.compile(
        "(?<=[大外]后)几(?![天日号个点])|(?<=[今明后])几(?=[上中下]午|[前后头早]晌|早上|晚上)"
    ),
    "晌": re.compile(
        "(?<=[前后头早半])[响饷赏](?![声我你给识])|[响饷赏](?=午)"
        "|(?<=半[前后])上|(?<=[天日儿号][前后])上(?=[半来就都行])|(?<=后)上(?=[一二两三四五六七八九十]点)"
        "|(?<=[一二三四五六日天儿号][前后头早])[响饷赏]"
        "|(?<=[儿天日号个节][下后])[想响饷赏](?=$|[，来]|[一二两三四五]点)"
        "|(?<=[儿天日号个])[响饷赏](?=五(?![点月号日个十]))"
    ),
    "晡": re.compile("(?<=[今听暗昨夜])[铺埔捕](?![好过])|(?<=[日五六三四一二]下)铺|(?<=下)[埔捕]"),
    "昼": re.compile(
        "(?<=[上下])[斗豆舟洲咒皱骤](?=[一二两三四五六七八九十]点)|(?<=晏)[奏走揍皱就斗豆周]"
        "|(?<=[日光朝号工半一二三四五六天][上下])[走就奏](?=[来嚟派]|先[来嚟]?|正[来有]|才来|过来|$|[，啦吧嘛呀])"
        "|(?<=[日天一二三四五六朝晡])[就走奏](?=边(?:来|嚟|食|送|正|先|过|$|，))"
        "|(?<=[日光朝][上下])[就周](?=[一二两三四五六七八九十]{1,2}点)"
        "|(?<=[一二三四五六日天今明后]中)[揍斗豆皱](?=[食吃一二两三四五六七八九十来]|$)"
    ),
    "午": re.compile(
        "(?<=(?<![早晚马])上|下)[五舞武物无唔屋](?=[一二两三四五六七八九十]{1,2}点)"
        "|(?<=[天日号儿个一二三四五六]中)[五舞武物无唔](?=[一二两三四五六七八九十]{1,3}点|来|嚟|过来|送|$|，)"
        "|(?<=[儿个天日]头)[五舞武](?=[一二两三四五六七八九十]{1,2}点)"
        "|(?<=[儿天日号个，]晌)[五舞武](?![点月号日个十])"
    ),
    "边": re.compile("(?<=昼)[变遍便编]"),
    "唔": re.compile("毋(?=系)"),
    "秋": re.compile("(?<=[中立])[修休羞球求丘](?=[节那该嗰彼过前后分上下晚早])"),
    "日": re.compile(
        "(?<=[今听后明昨琴寻])热(?![闹天水])|(?<=天光)热(?![闹天水得死])|(?<=听)入(?=[上下朝晚夜早])"
    ),
    "工": re.compile(
        "(?<=过[一两二三四五六七八九十几])[公功弓](?![里斤公分司])|(?<=[彼迄])[公功弓](?=[来早暗下，]|$)"
    ),
    "廿": re.compile(
        "(?:(?<=月)念(?=[一二三四五六七八九](?![遍次回声句段本篇]))|^念(?=[一二三四五六七八九](?:[号日来那晚早朝嗰彼]|[上下]|$)))"
    ),
    "个": re.compile(
        "(?<=[下上这呢])[过各歌哥果](?=礼拜|里拜|星期|月|拜[一二三四五六日天])|(?<=今)[各歌哥](?=月)"
    ),
    "起": re.compile("(?<=早)[几气器奇](?=[一二两三四五六七八九十]{1,2}点)"),
    "礼": re.compile("(?<=[下上这那每只])里(?=拜)|里(?=拜[一二三四五六日天](?![年神佛堂公师拜]))"),
    "假": re.compile("(?<=[放收])[嫁价架驾](?=[头第那前后了完回上，])"),
    "行": re.compile("(?<=[都也不得])[形型刑](?![状态])|(?<=都)心(?=$|反正|[，吧啊])"),
    "右": re.compile("(?<=[点日号天半钟午]左)[有又幼佑]"),
    "逐": re.compile("(?<![竹毛爆])竹(?=[只日工摆]?礼拜|[只日工]?拜[一二三四五六日]|[日工](?!子))"),
    "十": re.compile(
        "(?<![小有那同到几何准按])时(?=[一二三四五六七八九](?:再来|才来|正来|先来|先嚟))"
        "|(?<=月)[习时石实拾](?=[一二三四五六七八九](?:[号日来那晚早前后上下闹彼]|$))"
        "|(?<=里头)[时石实拾](?=[一二三四五六七八九][前后上下早晚])"
    ),
    "拜": re.compile(
        "(?<=礼)[败白百掰摆柏](?=[一二三四五六日天后的之来嚟])|(?<=[个只]礼)[败白百掰摆柏]|(?<![失打胜成腐])败(?=[一二三四五六日](?:[早透暗下上]|$))"
        "|(?<=[下顶后])败(?=[一二三四五六日])|(?<=^后)[摆百](?=[一二三四五六日](?![点摆次回个天]))"
        "|^[百败摆](?=日[上中下]?[昼午晡]|日[朝早暗晚])"
    ),
    "天": re.compile(
        "(?<=[上下]半)[颠田添填](?![地里水])"
        "|[添田甜填](?=天(?:早上|晚上|[上下中]午|[一二两三四五六七八九十]{1,2}点|来|给|送))"
        "|(?<=(?<![今明后昨前每聊春夏秋冬白整成半])天)[填甜](?=[一二两三四五六七八九十]{1,2}点|来|送|都)"
    ),
    "朝": re.compile(
        "(?<=[日天号儿工一二三四五六七八九十])[招昭](?=早(?:$|[，来嚟]|[一二两三四五六七八九十]{1,2}点))"
    ),
    "隔": re.compile("^[歌哥割搁革格](?=[一两三]?个?(?:礼拜|星期|周|月)[来嚟洗做扫])"),
    "周": re.compile(
        "(?<=[这下上本每])[洲州粥舟](?=[一二三四五六日末])"
        "|(?<=[这下上本])[走邹揍](?=[一二三四五六日](?:[上下中]午|早上|晚上|[一二两三四五六七八九十]{1,2}点))"
    ),
    "二": re.compile(
        "(?<=[个下这][礼里][拜白败百])儿(?=$|[上下中早晚前后吧来，那])|(?<=[个下这]星期)儿(?=$|[上下中早晚前后吧来，那])"
    ),
    "下": re.compile(
        "(?:^|(?<=[就那等]))夏(?=个?(?:[礼里李][拜白败]|星期|周[一二三四五六日末]))|(?:^|(?<=^哈)|(?<=下))哈(?=哈?个(?:礼|星期|周|月))"
    ),
    "字": re.compile("(?<=点[一二三四五六七八九十]个)[志自子资紫治至]"),
    "末": re.compile("(?<=月)[抹沫茉默](?=了?[那嗰彼该一][天日工]|尾)"),
    "初": re.compile("(?<=[月历])[出除粗触](?=[一二三四五六七八九十])"),
    "号": re.compile("(?<=[一二三四五六七八九十])耗(?=$|[来晌上下早晚，])"),
    "刻": re.compile(
        "(?<=[一三两])[克课客](?=[一二两三四五六七八九十]{1,2}点|$|[来就，])|(?<=差[一三])[克课客可科壳](?=[一二两三四五六七八九十]{1,2}点)"
    ),
    "时": re.compile("(?<=半个小|[一两三四几]个小|个半小)[石实食十]"),
    "上": re.compile("(?<=晚)[桑丧](?=[一二两三四五六七八九十]{1,2}点|来|$)"),
    "晨": re.compile("(?<=朝)[神沉陈成臣](?=头|早|[一二两三四五六七八九十]{1,2}点)"),
    "后": re.compile(
        "(?:^|(?<=，))[厚候](?=儿|礼?拜[一二三四五六日天]|[天日](?:[早上下晚中前后朝暗]|$))"
    ),
    "庆": re.compile("(?<=国)[轻青清](?=[头节那前后放假])"),
    "夕": re.compile("(?<=除)[西希吸](?=[那这今晚节夜，]|$)"),
    "尾": re.compile("伟(?=牙)|(?<=月)[美伟委味](?=最|底|[嗰那该][天日])"),
    "暝": re.compile("(?<=二九)[名明眠](?=[前那彼的头进，]|$)"),
    "七": re.compile("(?<=年廿)[妻期棋器齐](?=[上下早晚中朝那，来]|$)"),
    "八": re.compile("(?<=(?<!月)初)[吧巴扒拔](?=[来那上下早晚，]|$)"),
    "半": re.compile(
        "(?<=点)本(?=$|[来接吧，])|(?<=[上下])[伴办拌扮](?=天)|(?<=点)办(?=[我俺阮涯你您恁]|请人)"
    ),
    "九": re.compile("(?<=[上午晚晌昼晨早])[酒久旧救狗](?=[点店典](?:[半钟整一二三四五十来，]|$))"),
    "点": re.compile(
        "(?<=[一二两三四五六七八九十])[店典电](?=半[来喊叫派接送过帮给就才先正，]|半$|[整正][来，]|钟)"
    ),
    "宵": re.compile("(?<=元)[消肖霄销萧](?=[节那夜晚，])"),
    "节": re.compile(
        "(?<=[冬日])[切截接](?=[前后彼欲]|$|，|那[天日])"
        "|(?<=[宵秋阳午])[街阶结截切](?=[头前后][一天日那]|第二|[那嗰彼该][天日工晚])"
    ),
    "阳": re.compile("[杨洋羊扬样](?=历)"),
    "阴": re.compile("[音因英荫](?=历)"),
    "农": re.compile("[浓龙侬弄隆](?=历)"),
    "历": re.compile("(?<=[阳阴农])[立力利丽例](?![台])"),
    "擦": re.compile("(?<=[天等到])[查差茶插叉](?=黑)|(?<!检)查(?=黑[来再凉以之前了])"),
    "以": re.compile("(?<=[点饭顿钟半])[一已易意](?=后)"),
}
"""Characters of words of time as they are often written, told by those beside them."""


@lru_cache(maxsize=4)
def heard(text: str) -> str:
    """The line with misheard words of time put right, each character for one character."""
    kept = _places_of_words(text)
    for right, miswritten in _MISWRITTEN.items():
        slips = [found for found in miswritten.finditer(text) if kept.isdisjoint(_places(found))]
        for slip in slips:
            text = text[: slip.start()] + right + text[slip.end() :]
    for _ in range(2):  # a word put right may speak for the one beside it
        text = _words(spelling.numbers(text, _places_of_words(text)))
    return spelling.numbers(text, _places_of_words(text))


def _places(found: re.Match[str]) -> range:
    return range(*found.span())


def _places_of_words(text: str) -> frozenset[int]:
    """Where the words of time of a line stand that are written as they should be.

    What only ends a word that is one without it is left open (早起 时点).
    """
    spans = {
        (start, end)
        for start, end, parts in _written().all(text)
        if end - start > 1 and parts[0][0] in _KEPT_KINDS
    }
    sure = [(start, end - ((start, end - 1) in spans)) for start, end in spans]
    return frozenset(at for start, end in sure for at in range(start, end))


def half_heard(text: str, taken: frozenset[int]) -> bool:
    """Whether something in a line sounds like a day to come, though its place did not speak for it.

    Args:
        text: a line as `heard` gave it back.
        taken: places of the characters that say a time.
    """
    known = _Known(text)
    for start, end, word, near in _candidates(text):
        one = _Stretch(text, start, end, word, near, known)
        if taken.isdisjoint(range(start, end)) and one.is_day_to_come:
            return True
    return False


def half_heard_part(text: str, day_ends: frozenset[int]) -> bool:
    """Whether what stands right behind a day sounds like a part of it (周日中无), yet is none."""
    return any(
        start in day_ends and not near and words.table()[word][0][0] == "part"
        for start, _, word, near in _candidates(text)
    )


def _words(text: str) -> str:
    known = _Known(text)
    for start, end, word, near in sorted(_candidates(text), key=_longest_first):
        one = _Stretch(text, start, end, word, near, known)
        if one.is_free and one.is_heard:
            text = text[:start] + word + text[end:]
            known.add(start, end, word)
    return text


def _longest_first(candidate: tuple[int, int, str, bool]) -> tuple[int, bool, int]:
    start, end, _, near = candidate
    return start - end, near, start


class _Known:
    """The words of time in a line, and those that only look like it."""

    def __init__(self, text: str) -> None:
        self.spans: list[tuple[int, int]] = [found.span() for found in _WRITTEN_DAY.finditer(text)]
        self.days: list[tuple[int, int]] = []
        self.numbers = [
            (number.start, number.end)
            for number in numbers.scan(text)
            if number.digits is None and number.end - number.start > 1
        ]
        """Those put together of several numerals (二十, not 五两)."""
        for start, end, _ in _written().all(text):
            if end - start > 1:
                self.add(start, end, text[start:end])

    def add(self, start: int, end: int, word: str) -> None:
        """Take a word in; 月初 leaves 辣月 open, and 天黑 名天."""
        kind = words.table()[word][0][0]
        if kind != "monthpart" and not (kind == "part" and word.startswith("天")):
            self.spans.append((start, end))
        if kind in _DAYS | _BESIDE_DAYS:
            self.days.append((start, end))


@cache
def _written() -> Trie[words.Parts]:
    return Trie(words.table().items())


@cache
def _listened(near: bool) -> Trie[tuple[str, ...]]:
    """The words listened for by their syllables; `near` ones by the classes of accents."""
    found: dict[tuple[str, ...], set[str]] = {}
    for word in filter(_is_listened_for, words.table()):
        for spoken in pinyin.readings(word):
            key = tuple(map(pinyin.fuzzy_class if near else same_sound, spoken))
            found.setdefault(key, set()).add(word)
    return Trie((key, tuple(sorted(those))) for key, those in found.items())


def _is_listened_for(word: str) -> bool:
    kind = words.table()[word][0][0]
    daily = kind == "daily" and word.startswith("每")  # 夜夜 sounds like 爷爷
    spoken = len(word) > 1 and word.isalpha() and not word.isascii()
    return spoken and (kind in _LISTENED or daily or _role(word) == "everyday")


def _candidates(text: str) -> Iterator[tuple[int, int, str, bool]]:
    """Stretches that sound like a word: start, end, the word, and whether only nearly."""
    for spoken in pinyin.readings(text):
        if len(spoken) != len(text):
            continue
        for near, key in ((False, same_sound), (True, pinyin.fuzzy_class)):
            for start, end, alike in _listened(near).all(tuple(map(key, spoken))):
                said = text[start:end]
                if said not in alike:
                    yield start, end, _likeliest(said, alike), near


def _likeliest(said: str, alike: tuple[str, ...]) -> str:
    """Of words with one sound the one with most characters as written (晌无: 晌午)."""
    return max(alike, key=lambda w: (sum(map(str.__eq__, said, w)), _role(w) == "everyday"))


@cache
def _roles() -> dict[str, str]:
    return {row["text"]: row["role"] for row in lexicon.rows("time_sounds.tsv")}


def _role(stretch: str) -> str:
    """What time_sounds.tsv says of a stretch: everyday, word, frequent, or nothing."""
    return _roles().get(stretch, "")


@dataclass(frozen=True)
class _Stretch:
    """A stretch of a line that sounds like a word of time."""

    text: str
    start: int
    end: int
    word: str
    near: bool
    known: _Known

    @property
    def is_free(self) -> bool:
        """Whether it leaves the known words alone: those it holds, or is apart from."""
        changed = [at for at, one in enumerate(self.word, self.start) if self.text[at] != one]
        return all(
            e <= self.start
            or self.end <= s
            or (self.start <= s and e <= self.end and not any(s <= at < e for at in changed))
            for s, e in self.known.spans
        )

    @property
    def is_day_to_come(self) -> bool:
        """Whether the word says a day that is not past."""
        return self._kind in _DAYS and not self._is_past

    @property
    def is_heard(self) -> bool:
        """Whether its place speaks for the word."""
        if self._before.endswith(_BEGINS_WORDS) or self.text.startswith(_NOT_BEHIND, self.end):
            return False
        if self._is_number_changed or (self._is_unlikely and self._is_past):
            return False
        if self._cuts_a_number or self._closes_a_day:
            return False
        if self._kind == "week":
            return self._is_week
        if self._kind == "weekend" and not self.near and self._before.endswith(_OF_A_WEEK):
            return True  # 下个粥末
        if self._kind in _BESIDE_DAYS:
            return self._is_behind_day and not self._is_small and not self.near
        alone = self.text == self._said and not self.near and not _role(self._said)
        if alone or (self._holds_day and not self.near and not self._is_small):
            return True
        everyday = _role(self.word) == "everyday"
        if everyday and self._is_led and len(self.word) > len("明天"):
            return True  # 今完上
        slip = self.near or self._is_small or _role(self._said) == "frequent"
        if not slip and self._kind in _DAYS and self._meets(_THE_DAY):
            return True
        beside = self._kind == "named" and self._is_behind_day and not self._is_unlikely
        if beside and len(self._slips) == 1 and self._slips[0][1] not in _NUMERALS:
            return True  # 二十三季灶
        begins = self._kind == "named" and not self._is_unlikely and not self._before
        if begins and self._meets(_KEPT_SO):
            return True  # 下至吃面那天
        clear = not (self.near or self._is_small or self._is_number_changed)
        if self._kind == "named" and clear and not self._before and self._meets(_KEPT_THAT_DAY):
            return True  # 东至包饺子那日
        if self._is_unlikely and self._kind == "part" and everyday and not self.near:
            asked = self._is_led and self._meets(_ASKED)  # 就上五给我送
            return asked or (self._is_shown and (self._is_led or self._is_behind_day))
        if self._is_unlikely:
            return self._is_shown and (self._is_led or self._is_behind_day)
        anywhere = everyday and self._kind not in ("lmonth", "monthpart")
        return self._is_shown or anywhere or (self._is_led and self._meets(_TAIL))

    @cached_property
    def _said(self) -> str:
        return self.text[self.start : self.end]

    @cached_property
    def _before(self) -> str:
        return self.text[: self.start]

    @cached_property
    def _kind(self) -> str:
        return words.table()[self.word][0][0]

    @cached_property
    def _slips(self) -> list[tuple[str, str]]:
        return [(a, b) for a, b in zip(self._said, self.word, strict=True) if a != b]

    def _meets(self, pattern: re.Pattern[str]) -> bool:
        return pattern.match(self.text, self.end) is not None

    @cached_property
    def _is_small(self) -> bool:
        return any(a in _SMALL_WORDS for a, _ in self._slips)

    @cached_property
    def _is_unlikely(self) -> bool:
        number = any(a in _NUMERALS for a, _ in self._slips)
        return self.near or self._is_small or number or _role(self._said) != ""

    @cached_property
    def _is_number_changed(self) -> bool:
        """十九天 is no 四九天, 四点 no 时点; but 礼百三 is 礼拜三."""
        slips = [(a, b) for a, b in self._slips if a in _NUMERALS]
        counted = self._kind != "week" and self._meets(_COUNTED)
        counted = counted or (self._said[-1] == "十" and self._meets(_TEENS))  # 正午十二点
        return any(b in _NUMERALS or counted for _, b in slips)

    @cached_property
    def _cuts_a_number(self) -> bool:
        """那天二十号 is no 那天儿, 十号: a number is heard as a whole; but 礼百三 is 礼拜三."""
        if self._kind == "week":
            return False
        changed = [at for at, one in enumerate(self.word, self.start) if self.text[at] != one]
        return any(
            any(s <= at < e for at in changed) and not (self.start <= s and e <= self.end)
            for s, e in self.known.numbers
        )

    @cached_property
    def _closes_a_day(self) -> bool:
        """后天啦七点 is no 腊七: the particle ends what is said of the day."""
        particle = self._said[0] in _PARTICLES and self._said[0] != self.word[0]
        return particle and self._is_behind_day

    @cached_property
    def _is_past(self) -> bool:
        """Days that are past are seldom wished."""
        return words.table()[self.word][0][1].startswith("-")

    @cached_property
    def _is_behind_day(self) -> bool:
        ends = any(end == self.start for _, end in self.known.days)
        return ends or _DAY_BEFORE.search(self._before) is not None

    @cached_property
    def _holds_day(self) -> bool:
        """立夏节期: a longer name of the day that is written in it."""
        days = self._kind in _DAYS
        return days and any(self.start <= s and e <= self.end for s, e in self.known.days)

    @cached_property
    def _is_led(self) -> bool:
        """Whether the line, a pause or a wish begins in front of it."""
        wished = _WISHED.search(self._before) is not None
        return wished or _HEAD.search(self._before) is not None

    @cached_property
    def _is_week(self) -> bool:
        led = _WEEK_FRONT.search(self._before) is not None or self._is_behind_day
        clear = not (self.near or self._is_small or _role(self._said))
        named = self.text[self.end : self.end + 1] in spelling.alike("一二三四五六日天")
        return named and (led or clear)

    @cached_property
    def _is_shown(self) -> bool:
        """Whether what is beside it belongs to such a word."""
        if self._kind in ("part", "thismoment"):
            known = not self._is_small or _role(self.word) == "everyday"
            behind = self._is_behind_day and known and not self.near
            return behind or (self._meets(CLOCK) and (self._is_led or self._is_behind_day))
        if self._kind == "lmonth":
            return self._meets(_DAY_OF_MONTH)
        if self._kind in ("monthpart", "yearpart") and self._is_led and self._meets(_EDGE):
            return True  # 月地那天
        if self._kind == "monthpart":
            return self._meets(_DAY_OF_MONTH) and self._before.endswith(_OF_A_MONTH)
        if self._kind == "yearpart":
            return False
        timed = _role(self._said) != "frequent" and self._meets(DAY_BEHIND)
        if self._kind not in _DAYS:
            return timed
        led = self._is_led or (self._kind == "day" and not self._is_unlikely)
        return self._meets(_THE_DAY) or (timed and led)
