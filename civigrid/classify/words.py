"""Labels of this area, by enum member."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civigrid.classify import rules
from civigrid.classify.rules import Emergency, Helper, How
from civigrid.classify.rules.trained import ModelState

HOW: dict[How, str | Promise] = {
    How.GIVEN: pgettext_lazy("how labelled", "Named by the sender"),
    How.UNKNOWN_CODE: pgettext_lazy("how labelled", "The sender named a matter that is not in the catalogue"),
    How.WORDS: pgettext_lazy("how labelled", "Found by the catalogue's words"),
    How.MODEL: pgettext_lazy("how labelled", "Found by what was learnt from the city's past reports"),
    How.NO_WORDS: pgettext_lazy("how labelled", "No word of the catalogue occurs"),
    How.PERSON: pgettext_lazy("how labelled", "Named by a person"),
}

STATES: dict[ModelState, str | Promise] = {
    ModelState.USED: pgettext_lazy("model", "in use"),
    ModelState.PAST: pgettext_lazy("model", "was in use"),
    ModelState.ASIDE: pgettext_lazy("model", "kept aside: no better"),
}

EMERGENCIES: dict[Emergency, str | Promise] = {
    Emergency.GAS: pgettext_lazy("emergency", "Gas leak"),
    Emergency.LIFT: pgettext_lazy("emergency", "Trapped in a lift"),
    Emergency.LIFE: pgettext_lazy("emergency", "Life in danger"),
    Emergency.FIRE: pgettext_lazy("emergency", "Fire"),
    Emergency.WATER: pgettext_lazy("emergency", "Drowning or flood"),
    Emergency.COLLAPSE: pgettext_lazy("emergency", "Collapse"),
    Emergency.ELECTRIC: pgettext_lazy("emergency", "Electric shock"),
    Emergency.MEDICAL: pgettext_lazy("emergency", "Medical emergency"),
    Emergency.VIOLENCE: pgettext_lazy("emergency", "Violence"),
    Emergency.MISSING: pgettext_lazy("emergency", "Child or old person missing"),
    Emergency.CRASH: pgettext_lazy("emergency", "Road accident with injured"),
    Emergency.CHEMICAL: pgettext_lazy("emergency", "Dangerous goods leaking"),
    Emergency.TRAPPED: pgettext_lazy("emergency", "Somebody trapped"),
}

ADVICE: dict[Emergency, str | Promise] = {
    Emergency.GAS: _(
        "Transfer to 119 and the gas company first. No switch, no flame, no telephone indoors; open the windows, leave."
    ),
    Emergency.LIFT: _(
        "Transfer to 119 and the lift's maintenance first. "
        "Stay away from the doors, do not force them, keep the line free."
    ),
    Emergency.LIFE: _("Tell the duty chief and 110 at once. Stay on the line."),
    Emergency.FIRE: _("Transfer to 119 first. Leave by the stairs, close the doors, do not go back."),
    Emergency.WATER: _("Transfer to 119 first. Keep away from the water, do not drive through it."),
    Emergency.COLLAPSE: _("Transfer to 119 and 120 first. Keep away, do not go back in."),
    Emergency.ELECTRIC: _("Transfer to 120 and the power company first. Do not touch the person or the wire."),
    Emergency.MEDICAL: _("Transfer to 120 first. Do not move the person; say whether he breathes and answers."),
    Emergency.VIOLENCE: _("Transfer to 110 first. Get out of sight, do not step between, lock the door."),
    Emergency.MISSING: _(
        "Transfer to 110 first. Stay where he was last seen; say his clothes, the time and the place."
    ),
    Emergency.CRASH: _("Transfer to 120 and 110 first. Switch the hazard lights on, get off the road, move nobody."),
    Emergency.CHEMICAL: _("Transfer to 119 first. Go against or across the wind, no flame, cover mouth and nose."),
    Emergency.TRAPPED: _("Transfer to 119 first. Talk to the person, keep him calm, do not pull."),
}

# the same for whoever reads it on his own telephone and calls himself
TO_SENDERS: dict[Emergency, str | Promise] = {
    Emergency.GAS: _("No switch, no flame, no telephone indoors. Open the windows, go outside, then call."),
    Emergency.LIFT: _("Stay away from the doors, do not force them. Press the alarm and call."),
    Emergency.LIFE: _("Call at once and stay on the line. You are not alone."),
    Emergency.FIRE: _("Leave by the stairs, close the doors behind you, do not go back. Call from outside."),
    Emergency.WATER: _("Keep away from the water and do not drive through it. Throw something that floats, then call."),
    Emergency.COLLAPSE: _("Keep away, do not go back in. Call and say how many people are inside."),
    Emergency.ELECTRIC: _(
        "Do not touch the person or the wire. Switch the power off if you can do so safely, then call."
    ),
    Emergency.MEDICAL: _("Call now. Do not move the person; say whether he breathes and answers."),
    Emergency.VIOLENCE: _("Get to a safe place, lock the door, then call. Do not step between."),
    Emergency.MISSING: _(
        "Call now, there is no waiting time. Say his clothes, the time and the place he was last seen."
    ),
    Emergency.CRASH: _("Switch the hazard lights on, get off the road, move nobody who is hurt, then call."),
    Emergency.CHEMICAL: _("Go away against or across the wind, no flame, cover mouth and nose, then call."),
    Emergency.TRAPPED: _("Call now. Talk to the person, keep him calm, do not pull."),
}

HELPERS: dict[Helper, str | Promise] = {
    Helper.NONE: "",
    Helper.GAS_SUPPLY: pgettext_lazy("emergency helper", "Gas supply"),
    Helper.POWER_SUPPLY: pgettext_lazy("emergency helper", "Power supply"),
    Helper.LIFT_MAINTENANCE: pgettext_lazy("emergency helper", "Lift maintenance"),
    Helper.FLOOD_CONTROL: pgettext_lazy("emergency helper", "Flood control"),
    Helper.EMERGENCY_OFFICE: pgettext_lazy("emergency helper", "Emergency management office"),
}


def advice(kind: str) -> str | Promise:
    """What the person at the telephone says at once; "" where it is no emergency (`LabelRow.emergency`)."""
    return ADVICE[Emergency(kind)] if kind else ""


def first_call(kind: str) -> str:
    """Where the caller is transferred first, in order: numbers, then the helper by name. "" where it is none."""
    if not kind:
        return ""
    call = rules.FIRST_CALLS[Emergency(kind)]
    return ", ".join([*call.numbers, str(HELPERS[call.helper])] if call.helper else call.numbers)


REFUSALS: dict[str, str | Promise] = {
    "model_unreadable": _("The stored model cannot be read by this version. Train a new one: civigrid classify train"),
    "no_model": _("There is no model %(version)s that can be used. See: civigrid classify show"),
    "history_too_small": _(
        "The city's past is too small to learn from: of %(found)s reports whose matter is known, %(usable)s are about the "
        "%(matters)s matters with at least %(each)s each; %(needed)s are needed."
    ),
}
