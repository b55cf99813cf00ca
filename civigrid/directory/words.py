"""Labels of this area, by enum member."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civigrid.directory.rules import Role, UnitKind

UNIT_KINDS: dict[UnitKind, str | Promise] = {
    UnitKind.PARTY: _("Party committee"),
    UnitKind.GOVERNMENT: _("Government department"),
    UnitKind.JUSTICE: _("Court or procuratorate"),
    UnitKind.VERTICAL: _("Office of a higher authority"),
    UnitKind.INSTITUTION: _("Public institution"),
    UnitKind.COMPANY: _("Public-service company"),
    UnitKind.TOWN: _("Town"),
    UnitKind.TOWN_OFFICE: _("Town office"),
    UnitKind.COMMUNITY: _("Community"),
    UnitKind.CENTRE: _("Command centre"),
    UnitKind.UPPER: _("Upper platform"),
    UnitKind.OUTSIDE: _("Transfer target"),
}

ROLES: dict[Role, str | Promise] = {
    Role.INTAKE: _("Intake officer"),
    Role.DUTY_CHIEF: _("Duty chief"),
    Role.DISPATCHER: _("Dispatcher"),
    Role.LIAISON: _("Unit liaison"),
    Role.HANDLER: _("Handler"),
    Role.REVIEWER: _("Unit reviewer"),
    Role.INSPECTOR: _("Field inspector"),
    Role.CALLER: _("Call-back officer"),
    Role.GRID_WORKER: _("Grid worker"),
    Role.GRID_CHIEF: _("Grid chief"),
    Role.OFFICE: _("Governance office"),
    Role.LEADER: pgettext_lazy("post", "Leader"),
    Role.AUDITOR: _("Auditor"),
    Role.SYSTEM_ADMIN: _("System administrator"),
    Role.SECURITY_ADMIN: _("Security administrator"),
    Role.AUDIT_ADMIN: _("Audit administrator"),
}

REFUSALS: dict[str, str | Promise] = {
    "administrators_apart": _("The three administrators must be three persons, and none may hold another post."),
    "post_twice": _("A person holds a post in a unit once: the list names it twice."),
    "weak_password": _("The password is too weak: take a longer one that is no common word and no number."),
    "unknown_account": _("There is no account %(username)s."),
}
