"""Labels of this area, by enum member."""

from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

from civigrid.link.rules import LinkHow

HOW: dict[LinkHow, str | Promise] = {
    LinkHow.SAME_REPORT: pgettext_lazy("how linked", "The same words and place as an earlier report"),
}
