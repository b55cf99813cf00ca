"""Several cases of a queue at once: only steps that need no words of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from civigrid.base.errors import Outcome, Refused
from civigrid.cases.rules import Acceptance, Filing, Stage, Verb
from civigrid.flow import verbs
from civigrid.web import wording
from civigrid.web.once import once
from civigrid.web.pages import person
from civigrid.web.pages.queue import BATCHES, PAGE

TOLD = 5  # refusals that are told one by one
_CASE = re.compile(r"([A-Za-z0-9-]{1,40})\.(\d{1,9})\.(\d{0,18})")  # number, version, matter as it was shown
VERBS: Mapping[Verb, Stage] = {verb: stage for stage, verb in BATCHES.items()}


@require_POST
def batch(request: Any) -> HttpResponseBase:
    """Does `verb` to the cases that were ticked (`case`: number.version.matter), then shows the queue again (`next`)."""
    if request.POST.get("verb") not in {verb.value for verb in VERBS}:
        raise Http404
    return once(request, lambda: _batch(request, Verb(request.POST["verb"])))


def _batch(request: Any, verb: Verb) -> HttpResponse:
    said = [match.groups() for each in request.POST.getlist("case")[:PAGE] if (match := _CASE.fullmatch(each))]
    chosen = {number: (int(version), int(matter or 0)) for number, version, matter in said}
    if chosen:
        _tell(request, verb, list(chosen), _done(request, verb, chosen))
    else:
        messages.warning(request, _("No case was chosen."))
    return HttpResponseRedirect(person.back(request), status=303)


def _done(request: Any, verb: Verb, chosen: Mapping[str, tuple[int, int]]) -> dict[str, Outcome]:
    """A case is filed under the matter that stood in the list; one without any is refused."""
    how: dict[str, Any] = {"actor": request.actor, "now": request.now}
    if verb is Verb.ACCEPT:
        items = [Acceptance(number, version) for number, (version, _matter) in chosen.items()]
        return dict(zip(chosen, verbs.accept(items=items, **how), strict=True))
    filings = [Filing(number, version, matter) for number, (version, matter) in chosen.items() if matter]
    done = dict(zip([item.number for item in filings], verbs.file(items=filings, **how), strict=True))
    return {each: done.get(each, Outcome.refused(each, Refused("unknown_matter"))) for each in chosen}


def _tell(request: Any, verb: Verb, numbers: Sequence[str], outcomes: Mapping[str, Outcome]) -> None:
    done = [number for number in numbers if outcomes[number].ok]
    name = wording.of("verb", verb)
    if done:
        words = ngettext("%(verb)s: %(n)d case. %(numbers)s", "%(verb)s: %(n)d cases. %(numbers)s", len(done))
        more = "…" if len(done) > TOLD else ""
        messages.success(request, words % {"verb": name, "n": len(done), "numbers": " ".join(done[:TOLD]) + more})
    failed = [number for number in numbers if not outcomes[number].ok]
    for number in failed[:TOLD]:
        why = wording.refusal(outcomes[number].code or "stale", outcomes[number].facts)
        messages.error(request, _("%(number)s: not done. %(why)s") % {"number": number, "why": why})
    if len(failed) > TOLD:
        words = ngettext("%(n)d more was not done.", "%(n)d more were not done.", len(failed) - TOLD)
        messages.error(request, words % {"n": len(failed) - TOLD})
