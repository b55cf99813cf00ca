"""A law nobody can break unnoticed: every structural test fails on a copy of the code that breaks what it guards."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("laws")]

SPOILED_TABLE = """


class Spoiled(models.Model):
    case = models.ForeignKey("cases.Case", on_delete=models.CASCADE, related_name="spoiled")
    all = models.ManyToManyField("directory.Unit")
    region_code = models.TextField()
    at = models.DateTimeField(auto_now=True)

    class Meta:
        db_table = "spoiled"

    def save(self, **words):
        pass
"""
SPOILED_LINES = """
CITY = "深圳"
# TODO see docs/nowhere.md
x = 1  # type: ignore
y = 1  # noqa
def wrong():
    import os
    import multidict
    return os.environ.get("HOME")
"""
SPOILED_RULES = """
import datetime
from enum import Enum
LATE = datetime.datetime.now()
class Half(Enum):
    ONE = "1"
    TWO = "2"
"""
SPOILED_WORDS = """
from django.utils.translation import gettext as at_once
from django.utils.translation import gettext_lazy
from civigrid.link.rules.same import Half
HALF = {Half.ONE: "半"}
REFUSALS = {"half": gettext_lazy("Half of %(thing)s is missing, which nobody translated")}
"""
SPOILED_QUERIES = """
def wrong(db, apps, rows):
    apps.get_model("x")
    rows.select_for_update()
    with db.system():
        pass
"""
SPOILED_IMPORTS = """
ASKED = "SELECT 1 FROM cases_case"
def wrong():
    from django.db.models.signals import post_save
    return mark_safe("<b>")
"""

# what is added to a file -> the tests that must then fail
ADDED: dict[str, tuple[str, list[str]]] = {
    "civigrid/link/rules/same.py": (
        SPOILED_RULES,
        ["test_only_doors_read_the_clock", "test_every_member_has_words"],
    ),
    "civigrid/link/queries.py": (
        SPOILED_LINES,
        [
            "test_only_the_list_of_settings_reads_the_environment", "test_no_code_names_a_city",
            "test_what_is_imported_is_asked_for", "test_no_line_is[unfinished]", "test_no_line_is[ignore]",
            "test_no_line_is[noqa]", "test_files_named_in_the_code_exist",
        ],
    ),
    "civigrid/route/queries.py": (
        SPOILED_IMPORTS,
        ["test_no_signals", "test_sql_names_no_later_table", "test_code_makes_no_text_safe_by_decree"],
    ),
    "civigrid/locate/queries.py": (
        SPOILED_QUERIES,
        [
            "test_areas_never_open_a_transaction", "test_models_are_not_fetched_by_name",
            "test_rows_are_locked_without_their_key",
        ],
    ),
    "civigrid/link/words.py": (
        SPOILED_WORDS,
        [
            "test_mappings_are_whole", "test_english_is_there", "test_chinese_is_there",
            "test_texts_are_marked_by_names_the_catalogue_knows",
            "test_words_are_translated_when_shown", "test_words_only_use_facts_that_are_given",
        ],
    ),
    "civigrid/directory/words.py": (
        'ROLES[Role.INTAKE] = _("Somebody nobody named")\n',
        ["test_the_glossary_has_every_stage_and_role"],
    ),
    "civigrid/link/migrations/0002_other.py": (
        "from django.db import migrations\nclass Migration(migrations.Migration):\n"
        '    dependencies = [("link", "0001_initial")]\n',
        ["test_migrations_do_not_conflict"],
    ),
    "civigrid/settings.py": ('INSTALLED_APPS.append("django.contrib.admin")\n', ["test_no_second_back_office"]),
    "civigrid/cli/__init__.py": (
        '@app.command("undocumented")\ndef undocumented() -> None:\n    """Nothing."""\n',
        ["test_every_command_is_documented"],
    ),
    "civigrid/flow/pipeline.py": ('STRAY = "SELECT 1"\n', ["test_the_conductor_and_the_doors_hold_no_sql"]),
    "civigrid/cases/models.py": (
        "def wrong():\n    models.ForeignKey(elsewhere.Thing, on_delete=1)\n",
        ["test_foreign_keys_to_other_areas_are_named_by_string"],
    ),
    "civigrid/intake/models.py": (
        SPOILED_TABLE,
        [
            "test_foreign_keys_point_to_earlier_areas", "test_foreign_keys_protect_and_give_no_way_back",
            "test_no_many_to_many", "test_no_column_tells_its_own_time", "test_region_codes_compare_as_bytes",
            "test_models_hold_columns_only", "test_tables_are_named_after_their_area", "test_migrations_are_complete",
        ],
    ),
    "civigrid/intake/rules.py": (
        'def no() -> None:\n    raise Refused("no_such_code") from Refused("half")\n',
        ["test_every_refusal_has_words"],
    ),
    "civigrid/urls.py": ('urlpatterns.append(path("unseen/", home.home, name="unseen"))\n', ["test_every_page_is_looked_at"]),
    "civigrid/web/silent.py": ("x = 1\n" * 401, ["test_every_module_says_what_it_is", "test_files_are_short"]),
    "civigrid/web/long.py": ('"""Long."""\ndef long():\n' + "    x = 1\n" * 50, ["test_functions_are_short"]),
    "civigrid/web/templates/spoiled.html": (
        '<p style="x" onclick="y">{{ z|safe }}深圳居民</p><script>1</script><a href="javascript:1">TODO</a>'
        '<img src="//far.example/a.png"><b hx-on:click="1">\n',
        ["test_templates_keep", "test_every_text_a_page_shows_can_be_translated", "test_no_page_names_a_city"],
    ),
    "civigrid/web/static/css/spoiled.css": (
        'p { background: url("https://far.example/a.png") }\n' * 401,
        ["test_own_scripts_evaluate_nothing_and_load_nothing_from_elsewhere", "test_own_scripts_and_styles_are_short"],
    ),
    "docs/spoiled.md": (
        "[gone](gone.md) `civigrid fly` `make flying` CIVIGRID_NOTHING {{hole}}\n",
        [
            "test_links_lead_somewhere", "test_every_documented_command_exists", "test_every_make_target_named_exists",
            "test_every_documented_setting_exists", "test_nothing_is_left_to_fill_in",
        ],
    ),
    "docs/life-of-a-report.md": (
        "Then `flow.pipeline.dream` is called.\n",
        ["test_what_the_life_of_a_report_names_exists"],
    ),
    "docs/adr/9999-long.md": ("word " * 501, ["test_decisions_fit_a_page"]),
    "docs/spoiled.txt": (
        "https://py" "pi.org --index" "-url /ro" "ot/x -----BEGIN PRIVATE" " KEY-----\n",
        ["test_no_committed_file_names"],
    ),
    "keys.json": ("{}\n", ["test_nothing_built_and_nothing_secret_is_committed"]),
    "requirements.lock": ("unhashed==1.0\n", ["test_every_pin_has_hashes", "test_the_locks_agree"]),
    "civigrid/base/env.py": (
        'NEW = Setting("CIVIGRID_NEW", "1", "New.")\nSETTINGS = (*SETTINGS, NEW)\n',
        ["test_every_setting_is_documented", "test_every_default_is_documented_as_it_is"],
    ),
    "civigrid/web/locale/zh_Hans/LC_MESSAGES/django.po": (
        '\nmsgid "Nobody said this"\nmsgstr ""\n',
        ["test_the_catalogue_is_whole"],
    ),
}  # fmt: skip
# what is put in the place of something else
CHANGED = {"pyproject.toml": ('"typer>=', '"yarl",\n  "typer>=', ["test_the_locks_hold_what_is_asked_for"])}
LAWS = sorted({law for *_, laws in [*ADDED.values(), *CHANGED.values()] for law in laws})


@pytest.fixture(scope="module")
def failed(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """The names of the structural tests that fail on the spoiled copy, with and without their parameters."""
    folder = tmp_path_factory.mktemp("spoiled") / "tree"
    left = shutil.ignore_patterns(".git", ".venv", "node_modules", "vendor", "__pycache__", ".*_cache", "dist", "build")
    shutil.copytree(ROOT, folder, ignore=left)
    for name, (text, _) in ADDED.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        with (folder / name).open("a") as file:
            file.write(text)
    for name, (old, new, _) in CHANGED.items():
        text = (folder / name).read_text()
        assert old in text
        (folder / name).write_text(text.replace(old, new, 1))
    words = [
        "-m",
        "pytest",
        "tests/house",
        "-m",
        "not slow and not django_db",
        "-p",
        "no:cacheprovider",
        "-rf",
        "--tb=no",
    ]
    done = subprocess.run(
        [sys.executable, *words], cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )
    names = set(re.findall(r"^FAILED \S+?::(\S+)", done.stdout, re.MULTILINE))
    assert names, done.stdout + done.stderr
    return names | {name.split("[")[0] for name in names}


@pytest.mark.parametrize("law", LAWS)
def test_the_law_bites(failed: set[str], law: str) -> None:
    assert law in failed


def test_every_law_is_tried() -> None:
    """A structural test that is not shown to fail might be one that cannot."""
    tried = {law.split("[")[0] for law in LAWS}
    elsewhere = {"test_contracts.py", "test_rights.py", "test_rights_bite.py", "test_wheel.py", Path(__file__).name}
    written = {
        name
        for path in Path(__file__).parent.glob("test_*.py")
        if path.name not in elsewhere
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }
    # these guard the scans themselves
    guards = ("test_there_are", "test_the_package", "test_the_scan", "test_no_exception")
    plain = {name for name in written if name.startswith(guards)}
    assert sorted(written - plain - tried) == []
