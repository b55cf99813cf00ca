"""What a migration says about a table's rights, in words. Every function returns the SQL that does it.

Rights are by default: the owner makes tables, `civigrid_system` may read and write all, `civigrid_web` nothing
(see `base.pg.roles`). A migration takes from the one and gives to the other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.migrations import RunSQL

LOGIN, WEB, SYSTEM = "civigrid", "civigrid_web", "civigrid_system"
# the scope of the open transaction, read once per statement: the sub-select is an init plan, and coalesce keeps
# `ANY (...)` from taking it for a set of rows
REGIONS = "coalesce((SELECT current_setting('civigrid.regions', true)::text[]), '{}')"
UNITS = "coalesce((SELECT current_setting('civigrid.units', true)::bigint[]), '{}')"
EVERYWHERE = f"('' = ANY ({REGIONS}))"


def web_reads(*tables: str) -> RunSQL:
    """Reference data: pages may read all of it."""
    return _forward(*(f"GRANT SELECT ON {table} TO {WEB}" for table in tables))


def login_reads(table: str) -> RunSQL:
    """What the login reads in the statement with which it takes a role."""
    return _forward(f"GRANT SELECT ON {table} TO {LOGIN}")


def web_reads_columns(table: str, *columns: str) -> RunSQL:
    """Some columns only: an account's name may be shown, its password hash is nobody's business."""
    return _forward(f"GRANT SELECT ({', '.join(columns)}) ON {table} TO {WEB}")


def row_security(table: str, visible: str, *, columns: Sequence[str] = ()) -> RunSQL:
    """Pages see the rows for which `visible` is true, where given only these `columns` of them; the system role sees
    all; nobody else sees any.
    """
    seen = f"({', '.join(columns)}) " if columns else ""
    return _forward(
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY",
        f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY",
        f"CREATE POLICY system ON {table} TO {SYSTEM} USING (true) WITH CHECK (true)",
        f"CREATE POLICY web ON {table} FOR SELECT TO {WEB} USING ({visible})",
        f"GRANT SELECT {seen}ON {table} TO {WEB}",
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


def before_roles(signature: str, columns: str, statement: str) -> RunSQL:
    """What the login may ask before it takes a role, by one function with the owner's rights: exactly this, of nothing else.
    The names it speaks of are this database's own, whatever is put before them in the caller's path.
    """
    return _forward(
        f"CREATE FUNCTION {signature} RETURNS TABLE ({columns}) LANGUAGE plpgsql STABLE SECURITY DEFINER "
        f"SET search_path = public, pg_temp AS $$ BEGIN RETURN QUERY {statement}; END $$",
        f"REVOKE ALL ON FUNCTION {signature} FROM PUBLIC",
        f"GRANT EXECUTE ON FUNCTION {signature} TO {LOGIN}",
    )


def kept(*tables: str) -> RunSQL:
    """What is never deleted: identities and their versions, people, what was found out and done. Not by the program."""
    return _forward(*(f"REVOKE DELETE, TRUNCATE ON {table} FROM {SYSTEM}" for table in tables))


def append_only(table: str) -> RunSQL:
    """Lines: no update, no delete, no truncate, by grant for the roles and by trigger for everyone."""
    return _forward(
        f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM {SYSTEM}",
        f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW EXECUTE FUNCTION civigrid_refuse()",
        f"CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION civigrid_refuse()",
    )


def immutable_but_erasure(table: str, erased: str, blanks: Mapping[str, str]) -> RunSQL:
    """No delete, and one update: all columns of `blanks` (name -> SQL of the blank value) are blanked at once while
    `erased` gets its time, once. Whatever else an update would do to a row, before or after, is refused.
    """
    may_change = "".join(f" - '{column}'" for column in (erased, *blanks))
    blanked = " AND ".join(f"NEW.{column} IS NOT DISTINCT FROM {blank}" for column, blank in blanks.items())
    erasure = (
        f"OLD.{erased} IS NULL AND NEW.{erased} IS NOT NULL AND {blanked} "
        f"AND to_jsonb(OLD){may_change} = to_jsonb(NEW){may_change}"
    )
    return _forward(
        f"REVOKE DELETE, TRUNCATE ON {table} FROM {SYSTEM}",
        f"CREATE TRIGGER immutable BEFORE UPDATE ON {table} FOR EACH ROW WHEN (NOT ({erasure})) "
        f"EXECUTE FUNCTION civigrid_refuse()",
        f"CREATE TRIGGER no_truncate BEFORE TRUNCATE ON {table} FOR EACH STATEMENT EXECUTE FUNCTION civigrid_refuse()",
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


def text_ranges() -> RunSQL:
    """Ranges of text, so that equality of texts can stand in an EXCLUDE constraint without btree_gist."""
    return _forward('CREATE TYPE civigrid_text_range AS RANGE (subtype = text, collation = "C")')


def held_once(table: str, numbers: Sequence[str], texts: Sequence[str]) -> RunSQL:
    """Two rows alike in these columns are never valid on the same day. Needs `text_ranges`."""
    same = [f"int8range({column}, {column}, '[]') WITH &&" for column in numbers]
    same += [f"civigrid_text_range({column}, {column}, '[]') WITH &&" for column in texts]
    return _forward(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_held_once EXCLUDE USING gist ({', '.join(same)}, valid WITH &&)"
    )


def no_overlap(table: str, identity: str) -> RunSQL:
    """Two versions of one thing are never valid on the same day. Works without btree_gist."""
    return _forward(
        f"ALTER TABLE {table} ADD CONSTRAINT {table}_no_overlap "
        f"EXCLUDE USING gist (int8range({identity}, {identity}, '[]') WITH &&, valid WITH &&)"
    )


def _forward(*statements: str) -> RunSQL:
    return RunSQL([(statement, None) for statement in statements], reverse_sql=RunSQL.noop)
