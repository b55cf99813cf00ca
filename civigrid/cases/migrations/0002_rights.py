"""Who may read, write and change the rows of this area."""

from django.db import migrations

from civigrid.base import sql

WITH_CASE = "EXISTS (SELECT 1 FROM cases_case c WHERE c.id = case_id)"
LINE_OF_CASE = "kind = 'case' AND EXISTS (SELECT 1 FROM cases_case c WHERE c.id = stream)"


class Migration(migrations.Migration):
    dependencies = [("cases", "0001_initial"), ("intake", "0002_rights")]
    operations = [
        sql.row_security("cases_case", sql.in_scope()),
        sql.row_security("cases_task", f"((unit_id = ANY ({sql.UNITS}) OR section_id = ANY ({sql.UNITS})) AND state <> 'returned' OR region_code ^@ ANY ({sql.REGIONS}))"),
        *(sql.row_security(table, WITH_CASE) for table in ("cases_report", "cases_clock", "cases_evidence", "cases_ask")),
        sql.row_security("cases_clock_event", "EXISTS (SELECT 1 FROM cases_clock k WHERE k.id = clock_id)"),
        sql.append_only("cases_clock_event"),
        sql.row_security("cases_search", "false"),
        sql.withhold("cases_search", "DELETE", "TRUNCATE"),
        sql.row_security("cases_joining", "EXISTS (SELECT 1 FROM cases_case c WHERE c.id IN (case_id, into_id))"),
        sql.kept("cases_joining", "cases_case", "cases_task", "cases_report", "cases_clock", "cases_evidence", "cases_ask"),
        sql.more_rows("intake_report", "of_case", "EXISTS (SELECT 1 FROM cases_report r WHERE r.report_id = intake_report.id AND r.left_at IS NULL)"),
        sql.more_rows("ledger_line", "of_case", LINE_OF_CASE),
        sql.more_rows("ledger_text", "of_case", LINE_OF_CASE),
        # whoever handles never closes: kept by the database whatever the code does
        sql.check("cases_case", "closer_did_not_handle", "NOT coalesce(closed_by = ANY (handled_by) OR closed_unit = ANY (handled_units), false)"),
        sql.check("cases_case", "checker_did_not_handle", "NOT coalesce(checked_by = ANY (handled_by) OR checked_unit = ANY (handled_units), false)"),
        # who applies does not decide, and a suspension takes two more persons
        sql.check("cases_ask", "another_decides", "NOT coalesce(by_account = ANY (ARRAY[endorsed_by, decided_by]) OR endorsed_by = decided_by, false)"),
        sql.sequence("cases_number"),
    ]
