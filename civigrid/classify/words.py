"""Labels of this area, by enum member."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civigrid.classify.rules import Emergency, How

HOW: dict[How, str | Promise] = {
    How.GIVEN: pgettext_lazy("how labelled", "Named by the sender"),
    How.UNKNOWN_CODE: pgettext_lazy("how labelled", "The sender named a matter that is not in the catalogue"),
    How.WORDS: pgettext_lazy("how labelled", "Found by the catalogue's words"),
    How.NO_WORDS: pgettext_lazy("how labelled", "No word of the catalogue occurs"),
}

EMERGENCIES: dict[Emergency, str | Promise] = {
    Emergency.GAS: pgettext_lazy("emergency", "Gas leak"),
    Emergency.LIFT: pgettext_lazy("emergency", "Trapped in a lift"),
    Emergency.LIFE: pgettext_lazy("emergency", "Life in danger"),
    Emergency.FIRE: pgettext_lazy("emergency", "Fire"),
    Emergency.WATER: pgettext_lazy("emergency", "Drowning or flood"),
    Emergency.COLLAPSE: pgettext_lazy("emergency", "Collapse"),
    Emergency.ELECTRIC: pgettext_lazy("emergency", "Electric shock"),
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
}
