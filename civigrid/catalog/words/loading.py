"""What only a loading finds: the pack does not fit what is loaded and at work."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

Words = str | Promise

LOADING_FAULTS: dict[str, tuple[Words, Words]] = {
    "identity_changed": (
        _("%(value)s already belongs to another matter."),
        _("Give the row a code of its own, or its matter back."),
    ),
    "unit_has_tasks": (
        _("The unit %(value)s would be closed and still has open tasks: %(tasks)s."),
        _("Finish them or give them to another unit first; keep the unit in the list until then."),
    ),
    "region_has_cases": (
        _("The region %(value)s is closed, and open cases lie in it: %(cases)s."),
        _("Name it as a predecessor of the region that follows, so that the people of that one see them."),
    ),
    "grid_has_cases": (
        _("The grid %(value)s is closed, and open cases lie in it: %(cases)s."),
        _("They stay with their community; tell who walks there now."),
    ),
}
