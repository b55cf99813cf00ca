"""Labels of this area, by enum member."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from civigrid.link.rules import Likeness, LinkHow

HOW: dict[LinkHow, str | Promise] = {
    LinkHow.SAME_REPORT: pgettext_lazy("how linked", "The same words and place as an earlier report"),
    LinkHow.PERSON: pgettext_lazy("how linked", "A person joined their cases"),
    LinkHow.SENDER: pgettext_lazy("how linked", "Its sender said that it is the same"),
    LinkHow.PARTED: pgettext_lazy("how linked", "A person took them apart"),
}

# `value`: metres, hours, a share
LIKENESSES: dict[Likeness, str | Promise] = {
    Likeness.DISTANCE: pgettext_lazy("likeness", "%(value)s m apart"),
    Likeness.SAME_GRID: pgettext_lazy("likeness", "same grid"),
    Likeness.SAME_COMMUNITY: pgettext_lazy("likeness", "same community"),
    Likeness.SAME_TOWN: pgettext_lazy("likeness", "same town"),
    Likeness.HOURS: pgettext_lazy("likeness", "%(value)s hours apart"),
    Likeness.SAME_MATTER: pgettext_lazy("likeness", "same matter"),
    Likeness.SAME_CLASS: pgettext_lazy("likeness", "same class of matters"),
    Likeness.WORDING: pgettext_lazy("likeness", "worded alike %(value)s"),
}
