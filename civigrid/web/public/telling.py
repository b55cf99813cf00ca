"""What the residents' pages say: offers while one types, who is to be called, and the story of a report in plain words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.template.loader import render_to_string
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from civigrid.base import db
from civigrid.base.permissions import NOWHERE
from civigrid.cases.rules import Happened, Happening, Side, Stage, WaitReason
from civigrid.classify.rules import FIRST_CALLS, Emergency
from civigrid.classify.words import EMERGENCIES, TO_SENDERS
from civigrid.directory import queries as directory
from civigrid.flow.residents import CaseShown, Seen, Shown
from civigrid.intake.rules import DispositionKind
from civigrid.intake.words import DISPOSITIONS, NOT_ACCEPTED
from civigrid.web import wording
from civigrid.web.public import frame, senders
from civigrid.web.templatetags.civigrid import pick

STANDS: Mapping[Stage, str | Promise] = {
    Stage.COLLECT: pgettext_lazy("told the sender", "Somebody looks at it on the spot"),
    Stage.ACCEPT: pgettext_lazy("told the sender", "The desk reads it"),
    Stage.FILE: pgettext_lazy("told the sender", "The desk decides what is to be done"),
    Stage.DISPATCH: pgettext_lazy("told the sender", "The desk finds out whose duty it is"),
    Stage.HANDLE: pgettext_lazy("told the sender", "It is being dealt with"),
    Stage.FEEDBACK: pgettext_lazy("told the sender", "The unit reports back"),
    Stage.CHECK: pgettext_lazy("told the sender", "Dealt with; it is being checked"),
    Stage.CLOSE: pgettext_lazy("told the sender", "Checked; the answer is being written"),
    Stage.EVALUATE: pgettext_lazy("told the sender", "Over"),
}
_TO_A_UNIT = gettext_lazy("Next it goes to the unit in charge. You need do nothing.")
NEXT: Mapping[Stage, str | Promise] = {
    Stage.COLLECT: _TO_A_UNIT,
    Stage.ACCEPT: gettext_lazy("Next it is decided who is in charge. You need do nothing."),
    Stage.FILE: _TO_A_UNIT,
    Stage.DISPATCH: _TO_A_UNIT,
    Stage.HANDLE: gettext_lazy("When the unit is done, somebody else checks it. Then you get the answer here."),
    Stage.FEEDBACK: gettext_lazy("Somebody else checks it. Then you get the answer here."),
    Stage.CHECK: gettext_lazy("Whoever checks it is not of the unit that did it. Then you get the answer here."),
    Stage.CLOSE: gettext_lazy("You get the answer here."),
    Stage.EVALUATE: "",
}
# how a case ended that was not closed with an answer
ENDED: Mapping[Side, str | Promise] = {
    Side.NOT_ACCEPTED: pgettext_lazy("told the sender", "Not accepted"),
    Side.TRANSFERRED: pgettext_lazy("told the sender", "Transferred to whoever is in charge"),
    Side.VOID: pgettext_lazy("told the sender", "Ended without action"),
}
# what became of a report that has no case, or none yet
WITHOUT: Mapping[DispositionKind, str | Promise] = {
    DispositionKind.WAITING: pgettext_lazy("told the sender", "The desk looks into it, or waits for more from you"),
}
_ABOUT = re.compile(r"^\[[^\]]*\] ")
MISSING: Mapping[str, str | Promise] = {
    "place": gettext_lazy("Say where it is, in words or on the map."),
    "phone": gettext_lazy("Give a telephone number if you wish to be called."),
}


@dataclass(frozen=True, slots=True)
class Advice:
    """Who is called, in order, and what to do meanwhile."""

    kind: str
    title: str
    numbers: tuple[str, ...]
    words: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, in words; `text` was written for the sender."""

    at: datetime
    what: str
    facts: tuple[str, ...]
    text: str | None
    number: str


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case as its sender reads of it. `late`: its promise is over and it is not."""

    case: CaseShown
    stands: str
    next: str
    late: bool
    answer: str = ""  # to the sender, once it is over

    @property
    def due_at(self) -> datetime | None:
        return None if self.case.over else self.case.due_at


def missing(field: str) -> str:
    return str(MISSING.get(field, wording.refusal("missing", {})))


def advice(kind: str) -> Advice | None:
    """None where nobody is in danger."""
    if not kind:
        return None
    danger = Emergency(kind)
    return Advice(kind, str(EMERGENCIES[danger]), FIRST_CALLS[danger].numbers, str(TO_SENDERS[danger]))


def seen(found: Seen) -> dict[str, Any]:
    """What the page offers: matters to choose from, addresses, what is known close by."""
    return {
        "matters": [(row.code, pick(row.name, row.name_en)) for row in found.matters],
        "near": [(senders.same(each.report_id), each.report_id, _near(each)) for each in found.near],
    }


def _near(each: Any) -> str:
    matter = pick(*each.matter) or _("Reported already")
    day = frame.clock(each.opened_at)[:10]
    return _("%(matter)s, about %(metres)s m away, reported on %(day)s") % {
        "matter": matter, "metres": max(each.metres, 10), "day": day,
    }  # fmt: skip


def offered(request: Any, found: Seen) -> dict[str, Any]:
    """The same for a page that is being filled in; `places`: name, degrees."""
    danger = advice(found.danger)
    context = {"advice": danger, "seen": seen(found), "chosen": {"matter": "", "same": 0}}
    return {
        "danger": found.danger,
        "advice": render_to_string("public/advice.html", context, request).strip() if danger else "",
        "offers": render_to_string("public/offers.html", context, request).strip(),
        "near": render_to_string("public/near.html", context, request).strip(),
        "places": [{"name": pick(*each.name), "lon": each.lon, "lat": each.lat} for each in found.places],
    }


def stands(shown: Shown) -> str:
    """Where the whole report stands, in one line; "" where its cases say it."""
    if shown.cases:
        return ""
    if shown.became is None:
        return _("It has arrived and is being read.")
    kind = shown.became.kind
    return str(WITHOUT.get(kind, DISPOSITIONS[kind]))


def case_lines(shown: Shown, now: datetime) -> list[CaseLine]:
    answers = {each.number: each.text or "" for each in shown.happened if each.what is Happened.CLOSED}
    return [_case(case, answers.get(case.number, ""), now) for case in shown.cases]


def _case(case: CaseShown, answer: str, now: datetime) -> CaseLine:
    words = str(STANDS[case.stage])
    if case.over:
        words = str(ENDED.get(case.side, words)) if not case.outcome else wording.of("result", case.outcome)
    elif case.waits_for == WaitReason.VERIFY:
        words = str(STANDS[Stage.COLLECT])
    elif case.side is Side.SUSPENDED:
        words = _("Waits for something that must come first")
    late = not case.over and case.due_at is not None and case.due_at < now
    return CaseLine(case, words, str(NEXT[case.stage]), late, answer if case.over else "")


def added(shown: Shown) -> list[tuple[datetime, str, str]]:
    """What the sender said later, the oldest first: when, what became of it, his words without the number before them."""
    return [
        (
            each.said.received_at,
            str(DISPOSITIONS[each.became.kind]) if each.became else "",
            _ABOUT.sub("", each.said.text),
        )
        for each in shown.added
    ]


def story(shown: Shown, on: date) -> list[Line]:
    """The newest first."""
    with db.scoped(NOWHERE):
        units = directory.units(on)
    lines = [_line(each, units) for each in shown.happened]
    return list(reversed(lines))


def _line(each: Happening, units: Mapping[int, Any]) -> Line:
    what = wording.of("happened", each.what)
    if each.what is Happened.DISPOSED:
        what = str(DISPOSITIONS.get(DispositionKind(each.facts["kind"]), what))
    facts = [_fact(name, value, units) for name, value in each.facts.items()]
    if each.what is Happened.EXTENDED:
        facts = [f"+{each.facts.get('amount')} {wording.of('limit unit', each.facts.get('limit'))}"]
    return Line(each.at, what, tuple(fact for fact in facts if fact), each.text, each.number)


def _fact(name: str, value: Any, units: Mapping[int, Any]) -> str:
    """A list of what is said, not of what is left out."""
    if name == "unit":
        row = units.get(value)
        return pick(row.name, row.name_en) if row else ""
    if name == "outcome":
        return wording.of("result", value)
    if name == "reason" and value in NOT_ACCEPTED:
        return str(NOT_ACCEPTED[value])
    if name == "others" and value:
        return ngettext("with %(n)d other report", "with %(n)d other reports", value) % {"n": value}
    if name == "until":
        return _("until %(moment)s") % {"moment": str(value)[:10]}
    return ""
