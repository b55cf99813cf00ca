"""Labels of this area, by enum member."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civigrid.directory.rules import Role, TokenScope, UnitKind

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

TOKEN_SCOPES: dict[TokenScope, str | Promise] = {
    TokenScope.WRITE_REPORTS: pgettext_lazy("what a program may do", "Send reports"),
    TokenScope.READ_REPORTS: pgettext_lazy("what a program may do", "Read what became of its own reports"),
    TokenScope.READ_CASES: pgettext_lazy("what a program may do", "Read the cases its post sees"),
    TokenScope.ACT_ON_CASES: pgettext_lazy("what a program may do", "Do what its post does to cases"),
}

REFUSALS: dict[str, str | Promise] = {
    "administrators_apart": _("The three administrators must be three persons, and none may hold another post."),
    "post_twice": _("A person holds a post in a unit once: the list names it twice."),
    "weak_password": _("The password is too weak: take a longer one that is no common word and no number."),
    "unknown_account": _("There is no account %(username)s."),
    "no_such_post": _("%(username)s holds no such post today."),
    "several_posts": _(
        "%(username)s holds several posts: name the unit and the role. A program acts under exactly one."
    ),
    "not_to_oneself": _("Nobody gives rights to himself."),
    "no_token_for_administrators": _("An administrator's post sees no report and no case: no program acts under it."),
    "token_without_scope": _("A token is for something: name at least one scope."),
    "bad_token_name": _("A token has a name of at most %(most)s signs that says what it is for."),
    "bad_token_time": _("A token ends in the future, within %(most)s days."),
    "unknown_token": _("There is no such token, or it was revoked already."),
}
