"""Who sees what, and who may not be the same person."""

from __future__ import annotations

import pytest

from civigrid.base.permissions import NOWHERE, Scope
from civigrid.directory.rules import ADMINISTRATORS, Role, mixed_administrators, scope_of
from civigrid.directory.words import ROLES, UNIT_KINDS


@pytest.mark.parametrize("role", Role)
def test_every_role_has_a_scope_of_its_kind(role: Role) -> None:
    scope = scope_of(role=role, regions=("990181001",), unit_ids=(3, 4))
    if role in ADMINISTRATORS:
        assert scope == NOWHERE
    elif role in (Role.LIAISON, Role.HANDLER, Role.REVIEWER):
        assert scope == Scope(units=(3, 4))
    else:
        assert scope == Scope(regions=("990181001",))


def test_the_three_administrators_are_three_persons() -> None:
    assert mixed_administrators([("jiang", Role.SYSTEM_ADMIN), ("he", Role.SECURITY_ADMIN)]) == []
    assert mixed_administrators([("jiang", Role.SYSTEM_ADMIN), ("jiang", Role.SECURITY_ADMIN)]) == ["jiang"]
    assert mixed_administrators([("jiang", Role.AUDIT_ADMIN), ("jiang", Role.INTAKE)]) == ["jiang"]
    assert mixed_administrators([("li", Role.INTAKE), ("li", Role.CALLER)]) == []


def test_every_role_and_kind_has_words() -> None:
    assert set(ROLES) == set(Role)
    assert all(map(str, UNIT_KINDS.values()))
