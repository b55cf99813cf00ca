"""Words that mean danger to life now. Rules, never a model: a person must be able to read why.

They say the same in every city, so they are not pack data. A sign names what is happening, not what it is about: 火灾隐患
(a fire hazard) or 消防通道 (a fire lane) alone are no emergency. A sign does not count where its clause is about a drill
(演练) or puts a question or a fear before it (咨询, 防止, 万一), where it is denied (没有人被困), or, for what is over in a
moment, where its sentence tells of the past or of every day, unless it says that it is now (正在). A cry for help (救命)
counts whatever else is said.
Many write without any stop, so a question or a fear behind a sign changes nothing. Whatever is doubtful counts: a person
who looks in vain loses a minute.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Emergency(StrEnum):
    """What kind of danger; the advice shown and who is called first are keyed by it."""

    GAS = "gas"
    LIFT = "lift"
    LIFE = "life"
    FIRE = "fire"
    WATER = "water"
    COLLAPSE = "collapse"
    ELECTRIC = "electric"
    MEDICAL = "medical"
    VIOLENCE = "violence"
    MISSING = "missing"
    CRASH = "crash"
    CHEMICAL = "chemical"
    TRAPPED = "trapped"


class Helper(StrEnum):
    """Who helps beside the services called by number; a city's units say which of them they are."""

    NONE = ""
    GAS_SUPPLY = "gas_supply"
    POWER_SUPPLY = "power_supply"
    LIFT_MAINTENANCE = "lift_maintenance"
    FLOOD_CONTROL = "flood_control"
    EMERGENCY_OFFICE = "emergency_office"


@dataclass(frozen=True, slots=True)
class FirstCall:
    """先转后录: the numbers a caller is transferred to before anything is written down, the first one first."""

    numbers: tuple[str, ...]
    helper: Helper = Helper.NONE


POLICE, RESCUE, AMBULANCE = "110", "119", "120"

FIRST_CALLS: Mapping[Emergency, FirstCall] = {
    Emergency.GAS: FirstCall((RESCUE, AMBULANCE), Helper.GAS_SUPPLY),
    Emergency.LIFT: FirstCall((RESCUE,), Helper.LIFT_MAINTENANCE),
    Emergency.LIFE: FirstCall((POLICE, AMBULANCE)),
    Emergency.FIRE: FirstCall((RESCUE,)),
    Emergency.WATER: FirstCall((RESCUE, AMBULANCE), Helper.FLOOD_CONTROL),
    Emergency.COLLAPSE: FirstCall((RESCUE, AMBULANCE), Helper.EMERGENCY_OFFICE),
    Emergency.ELECTRIC: FirstCall((AMBULANCE,), Helper.POWER_SUPPLY),
    Emergency.MEDICAL: FirstCall((AMBULANCE,)),
    Emergency.VIOLENCE: FirstCall((POLICE, AMBULANCE)),
    Emergency.MISSING: FirstCall((POLICE,)),
    Emergency.CRASH: FirstCall((AMBULANCE, POLICE)),
    Emergency.CHEMICAL: FirstCall((RESCUE,), Helper.EMERGENCY_OFFICE),
    Emergency.TRAPPED: FirstCall((RESCUE,)),
}


@dataclass(frozen=True, slots=True)
class _Sign:
    """`cores`: words of which one must occur before anything else is tried. `plain` counts anywhere, `brief` only in
    short texts: who is in danger is brief, and a long letter that names a fire tells of one. `moment`: over in a
    moment, so that whoever tells of it in the past needs no help now.
    """

    cores: tuple[str, ...]
    plain: re.Pattern[str]
    brief: re.Pattern[str]
    moment: bool


BRIEF, BRIEF_LATIN = 150, 400  # characters, of a text with Chinese ones and of one without


def _sign(cores: str, plain: str, brief: str = "", *, moment: bool = True) -> _Sign:
    everything = f"{plain} | {brief}" if brief else plain
    in_any, in_brief = (re.compile(each, re.VERBOSE) for each in (plain, everything))
    return _Sign(tuple(cores.split("|")), in_any, in_brief, moment)


_GAS = r"(?:煤气|燃气|天然气|液化气|瓦斯)"
_SOMEONE = r"(?:(?<![没无])有人|小孩|孩子|宝宝|婴儿|老人|学生|工人|女孩|男孩|男子|女子|路人|行人|儿子|女儿|母亲|父亲|妈妈?|爸爸?)"
_SOMEBODY = r"(?:someone|somebody|people|(?:a|the)\ (?:man|woman|boy|girl|child|baby|person|kid)|my\ \w+)"
# what follows a word that is only talked about
_ABOUT = (
    r"(?:的?(?:隐患|风险|危险|事件|事故|案|责任|可能)|频发|不堪|怎么|如何|时|后|等|保险|检测|检查|宣传|演练|培训"
    r"|报警(?:器|装置)?(?!.{0,4}响))"
)

_SIGNS: Mapping[Emergency, _Sign] = {
    Emergency.GAS: _sign(
        "煤气|燃气|天然气|液化气|瓦斯|一氧化碳|gas|carbon monoxide",
        rf"""(?:闻到|闻见|一股|有股|全是).{{0,6}}{_GAS} | (?:在|正)漏(?:煤|燃|天然)?气
        | {_GAS}(?:管道?|罐|瓶|灶|阀门?|表)?.{{0,3}}(?:泄漏了|泄露了|漏气了|漏了|在漏|被?挖断|被?挖破)
        | (?:煤气|一氧化碳)中毒了
        | gas\ (?:is\ )?leak(?!\ (?:detector|alarm|test|check)) | leaking\ gas
        | smell(?:s|ing|ed)?\ (?:of\ |like\ |strong(?:ly)?\ )*gas | carbon\ monoxide\ (?:poisoning|alarm\ is)""",
        rf"""{_GAS}(?:管道?|罐|瓶|灶|阀门?|表)?.{{0,3}}(?:味|泄漏|泄露|漏气|跑气|断裂)(?!{_ABOUT}) | 漏(?:煤|燃|天然)气(?!{_ABOUT})
        | {_GAS}报警器?.{{0,4}}响 | (?:煤气|一氧化碳)中毒(?!{_ABOUT})""",
        moment=False,
    ),
    Emergency.LIFT: _sign(
        "电梯|升降机|轿厢|elevator|lift",
        r"""(?:困|关|卡|锁)在.{0,4}(?:电梯|升降机|轿厢) | (?:电梯|轿厢)里?.{0,4}(?:出不来|困住了)
        | (?:trapped|stuck|locked)\ in(?:side)?\ (?:a|an|the|our)\ (?:lift|elevator)
        | (?:lift|elevator).{0,12}(?:people|person|someone)\ (?:are\ |is\ )?(?:inside|trapped|stuck)""",
        r"""(?:电梯|轿厢).{0,6}(?:困人|困了人|困住|被困|关了?人|卡住.{0,3}人)""",
    ),
    Emergency.LIFE: _sign(
        "活不下去|不想活|自杀|跳楼|跳河|跳桥|轻生|寻死|割腕|服毒|农药|想死|不活了|myself|to die|suicide|my life|to jump",
        r"""(?<![生快])活不下去 | 不想活了? | (?:要|想|准备|打算|扬言|正)(?:自杀|跳楼|跳河|跳桥|轻生|割腕|服毒|喝农药)
        | (?:在|站|坐).{0,4}(?:楼顶|天台|桥上|窗台|阳台).{0,8}(?:跳|不活) | 割腕了 | (?:喝|服)了农药
        | kill\ myself | want\ to\ die | end\ my\ life | (?:attempt|commit)(?:ing|ted|ting)?\ suicide
        | (?:going|about|wants?|threaten(?:s|ing)?)\ to\ jump""",
        r"""(?<![没无])有人.{0,4}(?:跳楼|跳河|跳桥|轻生|自杀|寻死) | (?:我|真|只|就|不如)(?:想)?死(?:了算了|了吧)
        | (?:我|只|就)想死(?![你他她的])""",
    ),
    Emergency.FIRE: _sign(
        "着火|起火|失火|火灾|大火|烧起来|烧着|冒烟|浓烟|爆炸|爆燃|自燃|冒黑烟|fire|smoke|explo|burning",
        r"""(?:着|起|失)(?:大)?火(?:了|啦) | 正在?(?:燃烧|冒烟|着火|起火) | (?:烧起来|烧着|自燃)了 | 爆炸了 | 火势(?:很|非常|太|越来越|凶)
        | (?:is|are|caught|catches)\ (?:on\ )?fire | fire\ (?:has\ )?(?:broke|broken)\ out
        | smoke\ (?:is\ )?(?:coming|pouring)\ (?:from|out) | exploded""",
        rf"""(?:楼|屋|房|店|家|库|车|厨房|电?箱|变压器|电瓶|小区|厂).{{0,4}}(?:浓烟|冒(?:黑|浓|大)?烟|着火|起火|失火|爆炸|爆燃|自燃)(?!{_ABOUT})
        | (?:发生|突发)了?(?:大火|火灾|爆炸)(?!{_ABOUT}) | there(?:'s|\ is)\ a\ fire\b(?!\ \w+)
        | (?:house|flat|apartment|building|car|shop|kitchen)\ (?:is\ )?burning""",
    ),
    Emergency.WATER: _sign(
        "落水|溺水|被淹|冲走|掉进|掉到|掉下|掉入|隧道|涵洞|下穿|地库|车库|桥下|困在|水困|水围|drown|flood|fell|swept",
        r"""(?<![没无])有人.{0,4}(?:落水|溺水|被淹|被.{0,2}冲走)
        | (?:隧道|涵洞|下穿).{0,6}(?:淹|积水.{0,8}(?:熄火|被困|过不去|出不来))
        | 被(?:大|洪)水(?:围困|困住|困在) | (?:车|人)被?(?:淹|困)在.{0,6}(?:水|隧道|涵洞)
        | (?:is|are|someone|child|man|woman)\ drowning | (?:fell|fallen)\ into\ (?:the\ |a\ )?(?:river|lake|canal|water|manhole)
        | swept\ away | (?:trapped|stuck)\ (?:in|by)\ (?:the\ )?flood""",
        rf"""{_SOMEONE}.{{0,4}}(?:落水|(?<!防)溺水|被淹|被.{{0,2}}冲走)(?!{_ABOUT})
        | (?:地下)?车?库.{{0,4}}(?:淹|积水).{{0,6}}(?:被困|出不来)
        | {_SOMEONE}.{{0,6}}掉(?:进|到|下|入)了?.{{0,4}}(?:河|湖|江|海|水|塘|井|化粪池)""",
    ),
    Emergency.COLLAPSE: _sign(
        "坍塌|倒塌|垮塌|塌方|塌了|塌下|滑坡|被埋|被压|被砸|埋在|压在|砸|collapse|buried|landslide",
        r"""(?:楼|墙|桥|房子?|路面?|棚|架|屋顶|天花板|工地|塔吊)(?:正在|突然|马上要|刚刚?|已经?)?(?:坍塌|倒塌|垮塌|塌)了
        | 正在(?:坍塌|倒塌|垮塌|塌方|滑坡) | (?<![没无])有人被.{0,6}(?:埋|压)(?!力) | has\ (?:just\ )?collapsed | buried\ under""",
        rf"""(?:突然|刚刚?)(?:坍塌|倒塌|垮塌|塌方|滑坡)(?!{_ABOUT}) | {_SOMEONE}.{{0,4}}被.{{0,6}}(?:埋|压|砸)(?:住|在|了|到|中|伤)
        | (?:山体滑坡|塌方)了 | (?:have|just)\ collapsed | collapsed\ on | landslide\ (?:has|blocks|on)""",
        moment=False,
    ),
    Emergency.ELECTRIC: _sign(
        "触电|电线|电缆|高压线|漏电|被电|电到|live wire|power line|fallen|downed|electrocut|electric shock",
        r"""(?<![没无])有人.{0,4}(?:触电|被电(?:到|了|倒|击)) | (?:电线|电缆|高压线)(?:断|掉)(?:落|下|了) | live\ wire
        | (?:downed|fallen)\ (?:power\ )?(?:line|cable) | power\ line\ (?:is\ )?(?:down|fell) | electrocuted
        | (?:got|had|gets)\ an?\ electric\ shock""",
        rf"""{_SOMEONE}.{{0,4}}(?:触电|被电(?:到|了|倒|击))(?!{_ABOUT}) | 电到人
        | (?:电线|电缆|高压线)(?:杆)?.{{0,3}}(?:断|掉|垂)(?:落|下|在)(?!{_ABOUT})
        | (?:路灯|灯杆|电线杆|电箱|配电箱|积水|水里|站台|护栏).{{0,4}}漏电(?!保护|开关|{_ABOUT})""",
        moment=False,
    ),
    Emergency.MEDICAL: _sign(
        "晕倒|昏倒|昏迷|昏过去|倒地|抽搐|呼吸|心跳|大出血|羊水|生了|坠楼|摔下|掉下|坠下|白沫|"
        "breathing|unconscious|heart attack|bleeding|collapsed",
        r"""没有?(?:呼吸|心跳)了 | 正在大出血 | not\ breathing | (?:is|lies|lying)\ unconscious | having\ a\ heart\ attack
        | bleeding\ (?:badly|heavily|a\ lot)""",
        rf"""{_SOMEONE}.{{0,6}}(?:晕倒|昏倒|昏过去|昏迷不醒|倒地(?:不起|不醒|了)|抽搐|口吐白沫|坠楼|(?:掉|摔|坠)下(?:楼|来|去))(?!{_ABOUT})
        | 大出血(?!{_ABOUT}) | 羊水破了 | (?:快要?|就要|马上要?)生了 | {_SOMEBODY}\ (?:has\ )?(?:just\ )?collapsed""",
    ),
    Emergency.VIOLENCE: _sign(
        "刀|砍人|捅人|被砍|被捅|抢劫|绑架|劫持|打群架|斗殴|行凶|打人|家暴|打架|knife|stab|attack|robbed|kidnap|hostage|gun",
        r"""正在(?:被.{0,3})?(?:砍人|打人|斗殴|打群架|家暴|抢劫|打架|行凶) | being\ (?:attacked|robbed|stabbed|kidnapped)
        | held\ hostage""",
        r"""(?<![没无])有人.{0,6}(?:持刀|拿着?.{0,2}刀|砍人|捅人|行凶|抢劫|劫持|打群架) | (?:持刀|拿着?.{0,2}刀).{0,4}(?:砍|捅|追|威胁|伤)
        | 现在(?:被?.{0,4})(?:打人|家暴|打架) | 被人?(?:砍|捅)(?:了|伤)(?!.{0,3}[个名]) | with\ a\ (?:knife|gun)\b
        | (?:was|got|been)\ stabbed""",
    ),
    Emergency.MISSING: _sign(
        "走失|走丢|失踪|不见了|找不到|missing",
        r"""(?:son|daughter|child|mother|father|grandmother|grandfather|boy|girl)\ (?:is|has\ gone|went)\ missing""",
        rf"""(?:小孩|孩子|宝宝|老人|儿子|女儿|奶奶|爷爷|外婆|外公|母亲|父亲|妈妈?|爸爸?|孙子|孙女)[^的]{{0,6}}(?:走失|走丢|失踪|不见了|找不到了)(?!{_ABOUT})
        | missing\ (?:child|boy|girl)""",
    ),
    Emergency.CRASH: _sign(
        "车祸|撞|翻车|侧翻|追尾|crash|hit by|accident|run over",
        r"""(?:crash|accident).{0,30}(?:injured|bleeding|trapped|unconscious)""",
        rf"""(?:车祸|撞车|追尾|翻车|侧翻).{{0,12}}(?:受伤|被困|流血|动不了|昏迷|伤了)
        | {_SOMEONE}.{{0,4}}被.{{0,6}}撞(?:了|倒|飞|伤|到)(?!{_ABOUT}) | 撞(?:了|到|倒|伤)人了
        | (?:hit|run\ over)\ by\ a\ (?:car|bus|truck|lorry|motorbike|van)""",
    ),
    Emergency.CHEMICAL: _sign(
        "泄漏|泄露|侧翻|chemical|toxic|ammonia|chlorine",
        r"""(?:chemical|ammonia|chlorine|acid)\ (?:is\ )?(?:leak|spill)(?!\ (?:detector|alarm|test|kit)) | toxic\ (?:gas|cloud)\ (?:leak|is)
        | (?:化学品|硫酸|盐酸|硝酸|液氨|氨气|氯气|毒气)(?:正在|已经|大量)(?:泄漏|泄露)""",
        rf"""(?:危化品|化学品|硫酸|盐酸|硝酸|液氨|氨气|氯气|毒气|甲醇|油罐车?|槽罐车?|汽油|柴油).{{0,6}}(?:泄漏|泄露|侧翻)(?!{_ABOUT})""",
        moment=False,
    ),
    Emergency.TRAPPED: _sign(
        "锁在|关在|困在|卡在|被困|trapped|locked in|stuck in",
        r"(?:child|baby|kid|toddler|someone|somebody)\ (?:is\ )?(?:trapped|locked|stuck)\ in",
        rf"""{_SOMEONE}.{{0,4}}被?反?(?:锁|困|卡|关)在.{{0,8}}(?:里|内|车|家|屋|房|阳台|井|护栏|栏杆|水|山) | (?<![没无])有人被困""",
    ),
}

_CLAUSE = re.compile(r"[,，。.!！?？;；\n、]")
_SENTENCE = re.compile(r"[。!！?？;；\n]|\.\s")
# said before a danger in its clause: a question, a fear, a condition. Behind it the same words tell of what is going on
# (着火了请问怎么办, 晕倒了怕不行了); names of places that hold such a word (电影院, 宣传栏) are none
_ONLY_TALK = re.compile(
    r"(?<!不是)模拟|讲座|科普|咨询(?!公司|中心|台|处)|请问(?!.{0,2}[我家])|预案|防止|预防|防范|避免|以免|免得|杜绝|防患|"
    r"如果|万一|一旦|假如|要是|倘若|担心|(?<!可)怕(?!是)|会不会|会导致|导致.{0,6}风险|容易|极易|易发|随时|说不定|难道|谣言|"
    r"新闻(?!中心|大厦)|电影(?!院|城)|"
    r"\b(?:if|in case|prevent|avoid|afraid|worried|(?:could|might|may)(?! (?:you|i|we|some))|risk of|movie)\b"
)
# what a clause is about that is no danger, wherever in it this is said
_ABOUT_IT = re.compile(
    r"(?<!不是)(?:演练|演习)|培训(?!班|学校|机构|中心)|宣传(?![栏牌板部])|知识(?!城)|"
    r"(?:fire|safety|rescue|emergency|evacuation) (?:drill|exercise|training)"
)
_CRY = re.compile(r"救命|快来|急急急|\b(?:help|hurry|right now)\b")  # nobody who says so asks for information
_DENIED = re.compile(r"(?:没有?|未|无|不|并非|从未|不曾)\Z|\b(?:no|not|never|without) (?:one |a |an |any )?\Z")
DENIAL = 16  # signs before a danger in which it can be denied, more than the longest way to
_PAST = re.compile(
    r"曾|以前|之前|此前|去年|前年|当年|往年|历年|上次|那次|上个?(?:星期|礼拜|周|月)|昨[天日晚]|前[天日]|[天日月年]前|日前|当时|那时|"
    r"[0-9]{4}\s*年|[0-9]{1,2}月[0-9]{1,2}[日号]|发生过|[出着起失]过|"
    r"\b(?:yesterday|ago|last (?:year|month|week|night|time)|used to|in (?:19|20)[0-9]{2})\b"
)
_OFTEN = re.compile(
    r"每天|天天|每晚|经常|常常|总是|老是|多次|屡次|频繁|频频|三天两头|一直以来|\b(?:every|often|always|keeps?)\b"
)
_NOW = re.compile(r"正在|现在|刚才|刚刚|此刻|马上|赶紧|快来|救命|急急急|\b(?:now|right now|help|hurry|just)\b")


class _Said:
    """A text in small letters. Where its borders and the words that change a sign stand is found once for all signs,
    when first asked: however many signs a text holds, it is read through once for each of them.
    """

    def __init__(self, text: str) -> None:
        self.text = text.lower()
        self.latin = text.isascii()
        self._found: dict[str, list[tuple[int, int]]] = {}

    def _spans(self, pattern: re.Pattern[str]) -> list[tuple[int, int]]:
        if pattern.pattern not in self._found:
            self._found[pattern.pattern] = [match.span() for match in pattern.finditer(self.text)]
        return self._found[pattern.pattern]

    def has(self, pattern: re.Pattern[str], begin: int, end: int) -> bool:
        """Whether what `pattern` means begins between the two places."""
        spans = self._spans(pattern)
        place = bisect_left(spans, (begin, begin))
        return place < len(spans) and spans[place][0] < end

    def around(self, border: re.Pattern[str], start: int, end: int) -> tuple[int, int]:
        """From behind the last border before `start` to the next one from `end` on."""
        spans = self._spans(border)
        before = bisect_right(spans, start, key=lambda span: span[1])
        after = bisect_left(spans, end, key=lambda span: span[0])
        return spans[before - 1][1] if before else 0, spans[after][0] if after < len(spans) else len(self.text)


def urgency(text: str) -> tuple[int, str]:
    """(1, the kind of emergency) where the text names one, the earliest; else (3, "")."""
    if not text:
        return 3, ""
    said = _Said(text)
    order = {kind: number for number, kind in enumerate(_SIGNS)}
    found = [(at, order[kind], kind) for kind, sign in _SIGNS.items() if (at := _first(sign, said)) is not None]
    return (1, min(found)[2].value) if found else (3, "")


def _first(sign: _Sign, said: _Said) -> int | None:
    """Where the first match that counts begins."""
    if not any(core in said.text for core in sign.cores):
        return None
    brief = len(said.text) <= (BRIEF_LATIN if said.latin else BRIEF)
    found = (sign.brief if brief else sign.plain).finditer(said.text)
    return next((match.start() for match in found if _counts(said, *match.span(), moment=sign.moment)), None)


def _counts(said: _Said, start: int, end: int, *, moment: bool) -> bool:
    begin, over = said.around(_SENTENCE, start, end)
    if _DENIED.search(said.text, max(begin, start - DENIAL), start):
        return False
    if said.has(_CRY, begin, over):
        return True
    if _only_talk(said, start, end):
        return False
    over = over if said.latin else end  # English says when at the end
    return (
        not moment or said.has(_NOW, begin, over) or not (said.has(_PAST, begin, over) or said.has(_OFTEN, begin, over))
    )


def _only_talk(said: _Said, start: int, end: int) -> bool:
    begin, over = said.around(_CLAUSE, start, end)
    return said.has(_ONLY_TALK, begin, end) or said.has(_ABOUT_IT, begin, over)
