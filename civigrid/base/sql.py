"""What a migration says about a table's rights, in words. Every function returns the SQL that does it.

Rights are by default: the owner makes tables, `civigrid_system` may read and write all, `civigrid_web` nothing
(see `base.pg.roles`). A migration takes from the one and gives to the other.
"""

from __future__ import annotations

from django.db.migrations import RunSQL

WEB, SYSTEM = "civigrid_web", "civigrid_system"
# the scope of the open transaction, read once per statement: the sub-select is an init plan, and coalesce keeps
# `ANY (...)` from taking it for a set of rows
REGIONS = "coalesce((SELECT current_setting('civigrid.regions', true)::text[]), '{}')"
UNITS = "coalesce((SELECT current_setting('civigrid.units', true)::bigint[]), '{}')"
EVERYWHERE = f"('' = ANY ({REGIONS}))"


def web_reads(*tables: str) -> RunSQL:
    """Reference data: pages may read all of it."""
    return _forward(*(f"GRANT SELECT ON {table} TO {WEB}" for table in tables))


def web_reads_columns(table: str, *columns: str) -> RunSQL:
    """Some columns only: an account's name may be shown, its password hash is nobody's business."""
    return _forward(f"GRANT SELECT ({', '.join(columns)}) ON {table} TO {WEB}")


def row_security(table: str, visible: str) -> RunSQL:
    """Pages see the rows for which `visible` is true; the system role sees all; nobody else sees any."""
    return _forward(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY system ON {table} TO {SYSTEM} USING (true) WITH CHECK (true)",
        f"CREATE POLICY web ON {table} FOR SELECT TO {WEB} USING ({visible})",
        f"GRANT SELECT ON {table} TO {WEB}",
    )


def more_rows(table: str, name: str, visible: str) -> RunSQL:
    """A further policy on a table of an earlier area, made by the area that knows why (e.g. lines of a visible case)."""
    return _forward(f"CREATE POLICY {name} ON {table} FOR SELECT TO {WEB} USING ({visible})")


def with_report(report: str = "report_id") -> str:
    """Visible with the report it belongs to (whose own policy is asked)."""
    return f"EXISTS (SELECT 1 FROM intake_report r WHERE r.id = {report})"


def check(table: str, name: str, condition: str) -> RunSQL:
    return _forward(f"ALTER TABLE {table} ADD CONSTRAINT {table}_{name} CHECK ({condition})")


def sequence(name: str) -> RunSQL:
    """Numbers given once and never again; gaps are allowed."""
    return _forward(f"CREATE SEQUENCE {name} CACHE 1")


def in_scope(region: str = "region_code", units: str = "unit_ids") -> str:
    return f"({region} ^@ ANY ({REGIONS}) OR {units} && {UNITS})"


def withhold(table: str, *rights: str) -> RunSQL:
    """Takes from the system role what nothing in the program needs."""
    return _forward(f"REVOKE {', '.join(rights)} ON {table} FROM {SYSTEM}")


def append_only(table: str) -> RunSQL:
    """Lines: no update, no delete, no truncate, by grant for the roles and by trigger for everyone."""
    return _forward(
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {SYSTEM}",
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION civigrid_refuse()",
        f"CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION civigrid_refuse()",
    )


def immutable_but(table: str, *columns: str) -> RunSQL:
    """No delete, and an update may touch only `columns` (what erasure blanks)."""
    kept = " - ".join([f"to_jsonb({{row}}) - '{columns[0]}'", *(f"'{column}'" for column in columns[1:])])
    old, new = kept.format(row="OLD"), kept.format(row="NEW")
    return _forward(
        f"REVOKE DELETE, TRUNCATE ON {table} FROM {SYSTEM}",
        f"CREATE TRIGGER immutable BEFORE UPDATE ON {table} FOR EACH ROW WHEN (({old}) IS DISTINCT FROM ({new})) "
        f"EXECUTE FUNCTION civigrid_refuse()",
        f"CREATE TRIGGER no_delete BEFORE DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION civigrid_refuse()",
    )


REFUSE_FUNCTION = """
CREATE FUNCTION civigrid_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or deleted', TG_TABLE_NAME USING ERRCODE = '42501';
END $$
"""


def refuse_function() -> RunSQL:
    return _forward(REFUSE_FUNCTION)


def no_overlap(table: str, identity: str) -> RunSQL:
    """Two versions of one thing are never valid on the same day. Works without btree_gist."""
    return _forward(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_no_overlap "
        f"EXCLUDE USING gist (int8range({identity}, {identity}, '[]') WITH &&, valid WITH &&)"
    )


def _forward(*statements: str) -> RunSQL:
    return RunSQL([(statement, None) for statement in statements], reverse_sql=RunSQL.noop)
