"""The stages beside the plain way, on their pages: verification, evidence, work inside a unit, levels, void, reopening."""

from __future__ import annotations

import pytest

from tests.web.people import (
    CHEN,
    CHENG,
    LI,
    LUO,
    WANG,
    ZHENG,
    ZHOU,
    client,
    form,
    handled,
    photo,
    report,
    see,
    steps_to_handling,
)

pytestmark = pytest.mark.usefixtures("city")

LAMP, NOISE = "C0118", "E0508"  # verified before filing and checked on site; checked by telephone


def acts(who: str, number: str) -> dict[str, object]:
    return {act.verb.value: act.form for act in client(who).get(f"/cases/{number}/").context["acts"]}


def send(who: str, number: str, step: str, **fields: object) -> int:
    return client(who).post(f"/cases/{number}/{step}/", form(number, **fields)).status_code


def test_a_residents_lamp_is_looked_at_before_it_is_filed() -> None:
    number = report("路灯不亮", matter=LAMP, source="02")
    assert see(number).facts.waits_for == "verify"
    page = client(ZHOU).get("/cases/?stage=file&waits=verify").content.decode()
    assert number in page and "待核实" in page
    assert {"verify"} <= acts(ZHOU, number).keys()
    matter = see(number).facts.matter_id
    assert send(ZHENG, number, "file", matter=matter) == 422
    page = client(ZHENG).get(f"/cases/{number}/")
    assert "verify" not in acts(ZHENG, number)
    assert page.context["acts"][0].form.fields["text"].help_text
    answer = client(ZHOU).post(f"/cases/{number}/verify/", form(number, found="as_reported"))
    assert answer.status_code == 422
    [act] = [act for act in answer.context["acts"] if act.verb == "verify"]
    assert act.form.errors.keys() == {"before"}
    assert send(ZHOU, number, "verify", found="otherwise", before=photo()) == 422
    assert send(ZHOU, number, "verify", found="as_reported", before=photo()) == 303
    assert see(number).facts.waits_for == ""
    assert send(ZHENG, number, "file", matter=matter) == 303
    assert see(number).facts.stage == "dispatch"


def test_the_desk_sends_what_is_in_doubt_to_be_looked_at() -> None:
    number = report("喂喂喂", matter="")
    assert {"accept", "refuse_acceptance", "ask_verification"} <= acts(LI, number).keys()
    matter = next(
        value for _, group in acts(LI, number)["ask_verification"].fields["matter"].choices[1:] for value, _ in group
    )  # type: ignore[attr-defined]
    assert send(LI, number, "ask_verification", matter=matter, text="请到现场核实") == 303
    assert (see(number).facts.stage, see(number).facts.waits_for) == ("file", "verify")


def test_the_forms_say_what_they_need_before_it_is_missing() -> None:
    number = report()
    task = steps_to_handling(number)
    after = acts(CHEN, number)["handle"].fields["after"]  # type: ignore[attr-defined]
    assert after.needed and "处置后" in str(after.help_text)
    page = client(CHEN, **{"Accept-Language": "en"}).get(f"/cases/{number}/").content.decode()
    assert "Needed with “Solved / Partly solved”: a photo or video of the spot after the work." in page
    answer = client(CHEN).post(f"/cases/{number}/handle/{task}/", form(number, result="solved", text="好"))
    [act] = [act for act in answer.context["acts"] if act.verb == "handle"]
    assert (answer.status_code, act.form.errors.keys()) == (422, {"after"})
    assert handled(number, task) == 303
    check = acts(ZHOU, number)["check"]
    assert check.fields["after"].needed and "tries" not in check.fields  # type: ignore[attr-defined]
    assert send(ZHOU, number, "check", result="passed") == 422
    assert send(ZHOU, number, "check", result="passed", after=photo("check.jpg")) == 303


def test_a_check_by_telephone_asks_for_what_was_said() -> None:
    number = report("楼下音响太吵", matter=NOISE, source="05")
    handling(number)
    check = acts(ZHOU, number)["check"]
    assert check.fields["text"].needed and "tries" in check.fields  # type: ignore[attr-defined]
    assert send(ZHOU, number, "check", result="passed") == 422
    assert send(ZHOU, number, "check", result="impossible", text="无人接听", tries="2") == 422
    assert send(ZHOU, number, "check", result="impossible", text="无人接听", tries="3") == 303
    text = client(ZHOU).get(f"/cases/{number}/").content.decode()
    assert "3 次未接通" in text


def handling(number: str) -> None:
    """Whatever unit it goes to by hand: the roads centre does it."""
    if see(number).facts.stage == "file":
        send(ZHENG, number, "file", matter=see(number).facts.matter_id)
    unit = next(value for value, label in units(number) if "市政设施" in label)
    assert send(WANG, number, "dispatch", row="hand", unit=unit, text="指定") == 303
    [task] = see(number).tasks
    send(LUO, number, f"accept_task/{task.id}")
    assert handled(number, task.id) == 303


def units(number: str) -> list[tuple[int, str]]:
    groups = acts(WANG, number)["dispatch"].fields["unit"].choices[1:]  # type: ignore[attr-defined]
    return [pair for _, group in groups for pair in group]


def test_a_unit_assigns_on_and_signs_off() -> None:
    number = report()
    task = steps_to_handling(number)
    assign = acts(LUO, number)["assign"]
    chen = next(value for value, label in assign.fields["person"].choices if "小陈" in label)  # type: ignore[attr-defined]
    assert send(LUO, number, f"assign/{task}") == 422
    assert send(LUO, number, f"assign/{task}", person=chen, text="请今天处理") == 303
    text = client(LUO).get(f"/cases/{number}/").content.decode()
    assert "承办人小陈" in text and "请今天处理" in text
    client(CHEN).post(f"/cases/{number}/handle/{task}/", form(number, result="solved", text="好", after=photo()))
    assert acts(CHENG, number).keys() == {"sign_off", "send_back"}
    assert number in client(CHENG).get("/tasks/?tab=submitted").content.decode()
    assert send(CHENG, number, f"send_back/{task}") == 422
    assert send(CHENG, number, f"send_back/{task}", text="照片看不清") == 303
    assert handled(number, task) == 303
    assert see(number).facts.stage == "check"


def test_a_case_goes_down_a_level_and_up_again() -> None:
    number = report()
    send(LI, number, "accept")
    assert send(ZHENG, number, "hand_down", text="属街道职责") == 303
    page = client(ZHENG).get(f"/cases/{number}/").content.decode()
    assert "镇街" in page
    assert send(ZHENG, number, "raise_case", text="涉及市管道路") == 303
    assert [line.entry.verb for line in see(number).entries][-2:] == ["handed_down", "raised"]


def test_a_case_is_voided_and_another_reopened() -> None:
    number = report()
    assert send(ZHENG, number, "void", reason="test", text="测试") == 422, "it must be confirmed"
    assert send(ZHENG, number, "void", reason="test", text="测试", sure="on") == 303
    page = client(ZHENG).get(f"/cases/{number}/")
    assert "作废" in page.content.decode()
    assert [state for _, state in page.context["bar"]].count("ended") == 1
    assert "reopen" not in acts(ZHENG, number)

    number = report()
    task = steps_to_handling(number)
    handled(number, task)
    send(ZHOU, number, "check", result="passed", after=photo())
    send(ZHENG, number, "close", outcome="solved", sure="on")
    assert see(number).facts.closed
    assert send(ZHENG, number, "reopen", reason="not_solved", back_to="lead", text="又坏了") == 303
    facts = see(number).facts
    assert (facts.stage, facts.side, facts.reopened) == ("handle", "reopened", 1)
