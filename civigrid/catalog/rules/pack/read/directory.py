"""units.csv, people.csv and posts.csv into rows."""

from __future__ import annotations

from civigrid.catalog.rules.pack import content
from civigrid.catalog.rules.pack.content import At
from civigrid.catalog.rules.pack.faults import Faults
from civigrid.catalog.rules.pack.read.common import LANGUAGES, rows_of
from civigrid.catalog.rules.pack.tables import Row
from civigrid.directory.rules import NewAccount, NewPost, NewUnit, Role, UnitKind


def units(data: bytes, faults: Faults) -> list[At[NewUnit]]:
    columns = "code* name* name_en kind* parent region calendar night_duty aliases"
    return [At(row.file, row.row, _unit(row)) for row in rows_of(content.UNITS, data, columns, faults)]


def _unit(row: Row) -> NewUnit:
    return NewUnit(
        code=row.code(),
        name=row.text("name", required=True),
        kind=row.choice("kind", UnitKind),
        name_en=row.text("name_en"),
        parent_code=row.text("parent"),
        region_code=row.text("region"),
        calendar_code=row.text("calendar"),
        night_duty=row.flag("night_duty"),
        aliases=row.words("aliases"),
    )


def people(data: bytes, faults: Faults) -> list[At[NewAccount]]:
    rows = rows_of(content.PEOPLE, data, "username* name* name_en language", faults, key=("username",))
    return [At(row.file, row.row, _person(row)) for row in rows]


def _person(row: Row) -> NewAccount:
    language = row.text("language") or LANGUAGES[0]
    if language not in LANGUAGES:
        row.fault("language", "unknown_value", value=language, allowed=", ".join(LANGUAGES))
    return NewAccount(
        username=row.code("username"),
        name=row.text("name", required=True),
        name_en=row.text("name_en"),
        language=language,
    )


def posts(data: bytes, faults: Faults) -> list[At[NewPost]]:
    rows = rows_of(content.POSTS, data, "username* unit* role* regions", faults, key=("username", "unit", "role"))
    return [At(row.file, row.row, _post(row)) for row in rows]


def _post(row: Row) -> NewPost:
    return NewPost(
        username=row.text("username", required=True),
        unit_code=row.text("unit", required=True),
        role=row.choice("role", Role),
        regions=row.words("regions"),
    )
