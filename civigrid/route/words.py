"""Reasons of this area, by enum member. Those that name a unit (`rules.SURE`) are told with the facts of their proposal."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from civigrid.route.rules import Reason

REASONS: dict[Reason, str | Promise] = {
    Reason.DUTY_ROW: _("Row %(row)s of the duty list: %(unit)s leads."),
    Reason.OWNER_UNKNOWN: _(
        "Nobody knows yet whose it is: by row %(row)s of the duty list %(unit)s makes it safe first; the office then"
        " decides who is responsible."
    ),
    Reason.LAST_RESORT: _(
        "No row of the duty list is for this kind of place or owner: by row %(row)s %(unit)s takes what is nobody's."
    ),
    Reason.OWNER_UNDECIDED: _(
        "Who leads depends on whose it is. That is not known, and the duty list names nobody to act first."
    ),
    Reason.LOW_CONFIDENCE: _("It is not certain what the report is about."),
    Reason.OUTSIDE_CITY: _("The place is outside the city."),
    Reason.NO_DUTY_ROW: _("No row of the duty list fits."),
    Reason.TWO_DUTY_ROWS: _("Several rows of the duty list fit equally well."),
    Reason.PLACE_UNKNOWN: _("Who leads depends on the area, and the place is not known well enough."),
    Reason.PLACE_KIND_UNKNOWN: _("Who leads depends on the kind of place or its owner, which is not known."),
    Reason.TARGET_IS_UNIT: _("The unit that would lead is the one complained of, or of its line."),
    Reason.TARGET_UNKNOWN: _("It is not clear whether the one complained of is a unit, and which."),
}
