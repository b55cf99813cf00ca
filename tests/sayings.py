"""What people of an invented city say about six matters, in words that are not the catalogue's; always the same."""

from __future__ import annotations

import random
from collections.abc import Iterator

# the codes of tests.streamcity
ABOUT = {
    "C0118": "灯杆 黑漆漆 晚上看不见 不亮了 路灯灭了 夜里摸黑 灯泡 灯罩 照明 一片漆黑",
    "C0114": "盖子 窟窿 掉下去 缺了一块 圆盖 车轮压过 咣当响 翘起来 下水口 敞着口",
    "E0101": "臭气 苍蝇 袋子 桶满了 清运 堆成山 异味 没人收 厨余 满地都是",
    "H0103": "龙头 没有水 水压 做不了饭 爆管 浑浊 发黄 管网 高层 接水",
    "E0508": "吵得 睡不着 半夜 施工 喇叭 跳舞 音响 震动 休息 分贝",
    "E0701": "咬人 没拴绳 狗叫 追着跑 流浪 野狗 粪便 小孩害怕 抓捕 疫苗",
}
ANYTHING = "我们 小区 门口 最近 已经 希望 尽快 处理 有关部门 反映 多次 一直 没有 解决 谢谢 请问 附近 旁边 东湖路 学府路"


def saying(code: str, dice: random.Random) -> str:
    """One report: three to five of its matter's words among six of anything, and now and then one of another's."""
    words = dice.sample(ABOUT[code].split(), dice.randint(3, 5)) + dice.sample(ANYTHING.split(), 6)
    if dice.random() < 0.2:
        words.append(dice.choice(ABOUT[dice.choice(list(ABOUT))].split()))
    dice.shuffle(words)
    return ",".join(words)


def sayings(number: int, *, seed: int = 1, codes: tuple[str, ...] = tuple(ABOUT)) -> Iterator[tuple[str, str]]:
    """(code, text); the codes in turn. No two texts are alike."""
    dice = random.Random(seed)
    for place in range(number):
        code = codes[place % len(codes)]
        yield code, f"{saying(code, dice)}{chr(0x4E00 + place % 400)}{chr(0x5E00 + place // 400)}"
