"""The tests of rights fail on a database whose rights were spoiled, one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.house import test_rights as rights

pytestmark = pytest.mark.slow

SPOILED: list[tuple[Callable[..., None], str]] = [
    (rights.test_every_table_has_a_declared_right, "REVOKE SELECT ON places_region FROM civigrid_web"),
    (rights.test_no_page_reads_what_only_the_system_may, "GRANT SELECT ON intake_contact TO civigrid_web"),
    (rights.test_tables_of_the_stream_are_secured_by_row, "ALTER TABLE cases_case DISABLE ROW LEVEL SECURITY"),
    (rights.test_row_security_holds_for_the_owner_too, "ALTER TABLE cases_case NO FORCE ROW LEVEL SECURITY"),
    (rights.test_every_policy_is_one_of_ours, "CREATE POLICY more ON cases_case TO civigrid_web USING (true)"),
    (rights.test_pages_write_nothing, "GRANT UPDATE ON cases_case TO civigrid_web"),
    (rights.test_the_login_may_do_nothing, "GRANT SELECT ON cases_case TO civigrid"),
    (
        rights.test_the_login_gets_more_rights_by_one_function_alone,
        "CREATE FUNCTION more() RETURNS bigint LANGUAGE sql SECURITY DEFINER AS 'SELECT count(*) FROM intake_contact'",
    ),
    (rights.test_lines_are_changed_by_nobody, "GRANT UPDATE ON ledger_line TO civigrid_system"),
    (rights.test_lines_are_changed_by_nobody, "DROP TRIGGER append_only ON ledger_line"),
    (rights.test_nothing_is_deleted_that_was_not_meant_to_be, "GRANT DELETE ON cases_case TO civigrid_system"),
    (rights.test_nothing_is_deleted_that_was_not_meant_to_be, "GRANT TRUNCATE ON base_event TO civigrid_system"),
    (rights.test_pages_see_of_a_report_what_they_show, "GRANT SELECT (key) ON intake_report TO civigrid_web"),
    (rights.test_a_report_is_changed_by_erasure_alone, "DROP TRIGGER immutable ON intake_report"),
    (
        rights.test_nobody_holds_a_post_twice_on_one_day,
        "ALTER TABLE directory_post DROP CONSTRAINT directory_post_held_once",
    ),
    (rights.test_all_tables_belong_to_the_owner, "ALTER TABLE cases_case OWNER TO civigrid_system"),
    (
        rights.test_versions_never_overlap,
        "ALTER TABLE catalog_matter_version DROP CONSTRAINT catalog_matter_version_no_overlap",
    ),
    (rights.test_no_time_is_the_databases_own, "ALTER TABLE cases_case ALTER opened_at SET DEFAULT now()"),
]


@pytest.mark.parametrize(
    ("law", "spoil"), SPOILED, ids=lambda each: each.split(" ON ")[0] if isinstance(each, str) else ""
)
def test_the_law_bites(server: Any, fresh_db: str, law: Callable[..., None], spoil: str) -> None:
    words = ("ledger_line",) if law is rights.test_lines_are_changed_by_nobody else ()
    law(*words)
    server.admin(spoil, database=fresh_db)
    with pytest.raises(AssertionError):
        law(*words)


def test_every_right_is_tried() -> None:
    written = {name for name in vars(rights) if name.startswith("test_")}
    assert sorted(written - {law.__name__ for law, _ in SPOILED}) == []
