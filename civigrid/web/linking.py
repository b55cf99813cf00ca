"""What a case's page shows of other cases: those it belongs with, those that may be the same, and why."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.utils.translation import gettext as _

from civigrid.cases import queries as cases
from civigrid.cases.queries import CaseView, Relations
from civigrid.cases.rules import Verb
from civigrid.catalog import queries as catalog
from civigrid.classify import queries as classify
from civigrid.directory.rules import Actor
from civigrid.flow import similar
from civigrid.flow.similar import Similar
from civigrid.intake.rules import SaidRow
from civigrid.link.rules import Because, Likeness
from civigrid.link.words import LIKENESSES
from civigrid.web.forms import Choices, Offer
from civigrid.web.forms.linking import CASE, REPORT
from civigrid.web.templatetags.civigrid import moment, pick

EXCERPT = 40  # characters of a report in a list of choices
LINKING = frozenset({Verb.JOIN, Verb.SPLIT, Verb.ALSO})


@dataclass(frozen=True, slots=True)
class Shown:
    """A case that may be the same thing, with the reasons in words; `key` makes a second click harmless."""

    similar: Similar
    reasons: list[str]
    key: uuid.UUID = field(default_factory=uuid.uuid4)


def offered(offer: Offer, case: CaseView, related: Relations, verbs: list[Verb], on: date) -> Offer:
    """The offer with what the forms of this module choose from. In the page's transaction."""
    if LINKING.isdisjoint(verbs):
        return offer
    further = _further(case, on) if Verb.ALSO in verbs else ()
    return replace(offer, parts=_parts(case, related), further=further, reports=_reports(case))


def likely(case: CaseView, verbs: list[Verb], *, actor: Actor, now: datetime) -> list[Shown]:
    """For whoever may join it. Opens its own transactions."""
    if Verb.JOIN not in verbs:
        return []
    return [Shown(each, spoken(each.because)) for each in similar.similar_to(case, actor=actor, now=now)]


def spoken(because: tuple[Because, ...]) -> list[str]:
    """The reasons, with their measures."""
    return [_reason(each) for each in because]


def _reason(because: Because) -> str:
    words = str(LIKENESSES[because.code])
    if because.code is Likeness.HOURS and because.value < 1:
        return _("within the hour")
    if because.code is Likeness.WORDING:
        return words % {"value": f"{because.value:.0%}"}
    return words % {"value": f"{because.value:g}"} if "%(value)s" in words else words


def _parts(case: CaseView, related: Relations) -> Choices:
    """What can be split off: cases that were joined, and reports that came by themselves."""
    came = {part.report_id for part in cases.parts([case.facts.number])[case.facts.number][1:] if not part.former}
    return [
        *((f"{CASE} {each.number}", _("the case %(number)s") % {"number": each.number}) for each in related.joined),
        *((f"{REPORT} {report.id}", _report(report)) for report in case.reports if report.id in came),
    ]


def _reports(case: CaseView) -> Choices:
    return [(report.id, _report(report)) for report in case.reports]


def _report(report: SaidRow) -> str:
    return f"{moment(report.received_at)} {(report.title or report.text)[:EXCERPT]}"


def _further(case: CaseView, on: date) -> Choices:
    """The matters the machine saw beside the case's own first; the others by their class."""
    matters = catalog.matters(on)
    label = classify.newest([case.first_report_id]).get(case.first_report_id)
    taken = {case.facts.matter_id}
    found = [each.matter_id for each in label.candidates] if label else []
    likely = [each for each in dict.fromkeys(found) if each in matters and each not in taken]
    groups: list[tuple[str, list[tuple[int, str]]]] = []
    if likely:
        groups.append((_("Likely"), [(each, pick(matters[each].name, matters[each].name_en)) for each in likely]))
    majors: dict[str, list[tuple[int, str]]] = {}
    for row in matters.values():
        if row.id not in taken:
            majors.setdefault(pick(row.major, row.major_en), []).append((row.id, pick(row.name, row.name_en)))
    return [*groups, *majors.items()]
