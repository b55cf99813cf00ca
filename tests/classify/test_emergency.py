"""Which words mean danger to life now, and which only speak of it: tables, no database."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator

import pytest
from django.utils.translation import override

from civigrid.catalog.rules import SERVICES
from civigrid.classify import rules, words
from civigrid.classify.rules import Emergency, Helper, emergency
from civigrid.classify.rules.emergency import FIRST_CALLS

NOW = {
    "gas": [
        "家里煤气泄漏了请问怎么办",
        "天然气泄漏了随时可能爆炸",
        "请问家里煤气泄漏了怎么办",
        "楼道里一股煤气味,我都头晕了",
        "闻到一股燃气的味道",
        "厨房漏煤气了怎么办",
        "挖掘机把燃气管道挖断了,一直在喷",
        "家里燃气报警器一直响",
        "邻居家煤气中毒了,人叫不醒",
        "昨晚就开始天然气泄漏,到现在没人来",  # goes on since yesterday
        "这不是演习,三楼燃气泄漏",
        "I smell gas in the stairwell",
        "There is a strong gas leak next door",
    ],
    "lift": [
        "我被关在电梯里了,手机快没电了",
        "有老人困在电梯",
        "电梯困人",
        "2栋电梯卡住了,里面电梯里出不来",
        "We are trapped in the elevator on floor 7",
    ],
    "life": [
        "我现在就在楼顶,活不下去了",
        "我不想活了,谁也别来找我",
        "有人要跳楼,在18栋楼顶",
        "桥上有人轻生",
        "I want to die",
    ],
    "fire": [
        "我家着火了请问怎么办",
        "楼上着火了担心有人被困",
        "快来救命着火了怕来不及了",
        "help my house is on fire and i am afraid",
        "太可怕了对面着火了",
        "电影院着火了",
        "培训机构三楼着火了",
        "could you come my house is on fire",
        "楼下着火了",
        "三号楼浓烟滚滚",
        "车库里电动车冒黑烟",
        "幸福小区5栋起火,快来人",
        "超市门口的电箱爆炸",
        "去年就投诉过充电桩,现在着火了",  # the past and now in one sentence
        "The shop at the corner is on fire",
        "Smoke is pouring out of the second floor",
    ],
    "water": [
        "东湖路下穿隧道积水,车都熄火了",
        "隧道淹了 过不去",
        "有人落水",
        "小孩掉进河里了",
        "有人被洪水冲走",
        "A boy fell into the river by the bridge",
    ],
    "collapse": [
        "工地围墙倒塌了",
        "脚手架塌了,有人被埋在下面",
        "老房子正在倒塌",
        "The roof has collapsed",
    ],
    "electric": [
        "电线断了掉在人行道上",
        "公交站台漏电,刚才有人被电到",
        "积水里漏电,小孩触电了",
        "Downed power line across the footpath",
    ],
    "medical": [
        "老人晕倒了怕不行了快来",
        "my mother is unconscious could you send an ambulance",
        "广场上有个老人突然晕倒了",
        "工人从架子上摔下来",
        "他没有呼吸了",
        "我老婆羊水破了,叫不到车",
        "My neighbour is not breathing",
    ],
    "violence": [
        "楼下有人持刀砍人",
        "隔壁正在家暴,女的在喊",
        "夜市有人打群架,拿着刀",
        "A man with a knife is at the bus stop",
    ],
    "missing": [
        "我家孩子走丢了,五岁,穿红衣服",
        "老人不见了两个小时",
        "My daughter is missing since noon",
    ],
    "crash": [
        "学府路口车祸,有人受伤流血",
        "行人被车撞倒",
        "A cyclist was hit by a car at the crossing",
    ],
    "chemical": [
        "油罐车侧翻,汽油泄漏",
        "冷库氨气泄漏,好呛",
        "There is an ammonia leak at the cold store",
    ],
    "trapped": [
        "孩子被锁在车里了怕中暑",
        "孩子反锁在车里了",
        "宝宝的头卡在护栏里",
        "A child is locked in a car",
    ],
}
NOT_NOW = [
    # about a danger, not in one
    "消防通道被堵,有火灾隐患",
    "电梯三天两头停,物业费还要涨",
    "电梯停运三天了,老人下不了楼",
    "要求安装天然气",
    "燃气费为什么涨价",
    "咨询燃气泄漏报警器在哪里买",
    "商业街需要防火检查",
    "隧道里的灯坏了",
    "工厂烟囱每天浓烟滚滚",
    "工资太低生活不下去了",
    "操场上能闻到刺鼻的煤烟味",
    "门口井盖没了",
    "水库边缺少防溺水警示牌",
    "漏电保护器坏了请换一个",
    "高压线下的树太高,容易造成行人触电的隐患",
    "化工厂长期排放有毒气体",
    "停车位被砍了两个",
    "孩子的快递不见了",
    "楼上漏水,天花板快发霉了",
    "撞车事故频发,请装红绿灯",
    "上火了,嗓子疼,社区医院几点开门",
    "这家店最近很火了",
    "他太着急,发火了",
    "教室在三楼,夏天热得想死的心都有",
    # a drill, a lesson, a question
    "小区消防演练,模拟三楼着火了",
    "明天进行电梯困人应急演练",
    "社区宣传:闻到煤气味要先开窗",
    "请问如果家里着火了打什么电话",
    "咨询煤气泄漏应该找哪个部门",
    "防溺水知识讲座在哪报名",
    "电影里说隧道淹了,过不去",
    # a fear, a condition, a denial
    "担心哪天着火了跑不出来",
    "楼道堆满纸箱请马上处理,一旦着火了后果不堪设想",
    "线路老化现在大家都怕着火了没处跑",
    "着火了怎么逃生的知识讲座在哪报名",
    "万一着火了消防车进不来",
    "电线太乱,容易着火,怕孩子触电",
    "墙体开裂,随时可能倒塌",
    "所幸没有人被困",
    "并没有人触电,谢谢",
    "没有人落水,是误会",
    # over, or every day
    "我家楼下曾经着火了,到现在没有修",
    "去年3月仓库起火了,赔偿还没到",
    "上周电梯困人,物业至今没有道歉",
    "2021年这里有人落水",
    "前天有人被车撞倒,请加减速带",
    "我们小区电梯经常困人",
    "电梯多次困住业主",
    # English
    "Fire hydrant is blocked by a parked car",
    "The fire lane is always full of cars",
    "Gas bill is too high",
    "There was a fire drill at school",
    "Please prevent drowning with a fence at the lake",
    "If there is a fire nobody can get out",
    "The lift has been out of service for days",
    "Someone was stuck in the lift last week",
    "A shop was on fire years ago and the ruin is still there",
    "My neighbour's dog attacks parcels",
    "",
]


@pytest.mark.parametrize(("text", "kind"), [(text, kind) for kind, texts in NOW.items() for text in texts])
def test_danger_now(text: str, kind: str) -> None:
    assert rules.urgency(text) == (1, kind)


@pytest.mark.parametrize(("text", "kind"), [(text, kind) for kind, texts in NOW.items() for text in texts])
def test_whoever_writes_without_stops_is_in_danger_too(text: str, kind: str) -> None:
    unstopped = "".join(sign for sign in text if sign.isalnum() or sign == " ")
    assert rules.urgency(unstopped) == (1, kind)


@pytest.mark.parametrize("text", NOT_NOW)
def test_only_spoken_of(text: str) -> None:
    assert rules.urgency(text) == (3, "")


def test_one_sentence_of_the_past_does_not_hide_the_next() -> None:
    assert rules.urgency("去年着火了没人管。今天又着火了!") == (1, "fire")
    assert rules.urgency("消防演练刚结束。三楼真的着火了") == (1, "fire")


def test_a_long_letter_tells_of_dangers_a_short_call_is_in_one() -> None:
    call = "幸福小区五栋起火"
    letter = call + ",当天的情况和后来的处理意见我们都写在下面,请市里有关部门给个说法。" * 6
    assert rules.urgency(call) == (1, "fire")
    assert rules.urgency(letter) == (3, "")
    assert rules.urgency(letter + "现在又着火了") == (1, "fire")


def test_the_first_danger_named_counts() -> None:
    assert rules.urgency("有人落水,岸上有个老人晕倒了")[1] == "water"
    assert rules.urgency("老人晕倒了,他本来要救一个人,有人落水")[1] == "medical"


@pytest.mark.parametrize("kind", Emergency)
def test_each_kind_says_who_is_called_first_and_what_to_do(kind: Emergency) -> None:
    assert NOW[kind]
    call = FIRST_CALLS[kind]
    assert call.numbers and set(call.numbers) <= {"110", "119", "120"}
    for language in ("en", "zh-hans"):
        with override(language):
            assert len(str(words.advice(kind))) > 10
            assert str(words.first_call(kind)).startswith(call.numbers[0])


def test_a_helper_is_named_with_the_numbers() -> None:
    with override("en"):
        assert words.first_call("gas") == "119, 120, Gas supply"
        assert words.first_call("life") == "110, 120"
        assert (words.advice(""), words.first_call("")) == ("", "")
    assert {call.helper for call in FIRST_CALLS.values()} == set(Helper)


def test_a_pack_can_name_a_unit_for_whoever_is_called() -> None:
    called = {number for call in FIRST_CALLS.values() for number in call.numbers}
    assert set(SERVICES) == called | {helper.value for helper in Helper if helper}


class Counting:
    """A pattern that can only be looked for through a whole text, and tells how often it was."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern, self._real, self.scans = pattern.pattern, pattern, 0

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        self.scans += 1
        return self._real.finditer(text)


@pytest.mark.parametrize("stop", ["，", "。", ""])
def test_a_text_is_read_through_once_however_many_dangers_it_names(stop: str, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["_CLAUSE", "_SENTENCE", "_ONLY_TALK", "_ABOUT_IT", "_CRY", "_NOW", "_PAST", "_OFTEN"]
    counting = {name: Counting(getattr(emergency, name)) for name in names}
    for name, pattern in counting.items():
        monkeypatch.setattr(emergency, name, pattern)
    text = f"以前如果着火了{stop}去年有人落水{stop}没有人被困{stop}" * 500
    assert rules.urgency(text) == (3, "")
    assert max(pattern.scans for pattern in counting.values()) == 1
    assert counting["_SENTENCE"].scans == 1


def test_searching_a_letter_is_fast() -> None:
    """A letter of 390 signs takes a tenth of a millisecond on a quiet machine; this allows a busy one."""
    letter = "我们小区的绿化带被人占用了半年,多次向物业和社区反映都没有结果,请尽快处理。" * 10
    started = time.process_time()
    for _ in range(500):
        rules.urgency(letter)
    assert time.process_time() - started < 500 / 2_000
