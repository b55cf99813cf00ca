"""Laws of the code that no linter knows. Each test's docstring says why the law is there."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

import pytest

from tests.house.source import DOORS, ORDER, PACKAGE, Module, calls, dotted, modules, strings, walk

MAX_FILE, MAX_FUNCTION = 400, 50

# who may read the clock, and why: everybody else is told the time (`now=`), so that a rule can be tested and replayed
CLOCK_READERS = {
    "base/jobs.py": "a periodic job is a door: it begins with the time it runs at",
    "base/logs.py": "a log line's own time",
    "flow/conveyor.py": "the loop is a door: each round begins with the time it starts at",
}
CLOCKS = re.compile(
    r"(^|\.)(timezone\.now|timezone\.localtime|timezone\.localdate|localdate|datetime\.now|datetime\.utcnow"
    r"|datetime\.today|date\.today|time\.time|time\.time_ns|time\.localtime|time\.gmtime)$"
)
# who may touch the environment, and why
ENVIRONMENT_READERS = {
    "base/env.py": "the one list of settings",
    "base/backup.py": "hands the environment on to pg_dump and pg_restore",
    "base/supervise.py": "hands the environment on to the processes it starts",
    "base/pg": "PATH and XDG_RUNTIME_DIR are the system's, not settings of ours",
    "asgi.py": "names the settings module before Django is loaded",
    "cli": "the same",
}


def allowed(module: Module, places: dict[str, str]) -> bool:
    return any(module.path == place or module.path.startswith(f"{place}/") for place in places)


def functions(module: Module) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
    return [node for node in ast.walk(module.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def test_the_package_is_found() -> None:
    """A scan of nothing would pass."""
    assert len(modules()) > 30
    assert {"cases", "intake", "base", "flow"} <= {module.area for module in modules()}


def test_every_module_says_what_it_is() -> None:
    """A reader opens a file and knows at its first line whether to read on."""
    silent = [module.path for module in modules() if module.text.strip() and not ast.get_docstring(module.tree)]
    assert silent == []


def test_files_are_short() -> None:
    """A file over 400 lines becomes a folder of the same name."""
    long = {module.path: n for module in modules() if (n := len(module.text.splitlines())) > MAX_FILE}
    assert long == {}


def test_functions_are_short() -> None:
    """A function that does not fit a screen does two things."""
    long = [
        f"{module.at(node)} {node.name}: {length} lines"
        for module in modules()
        for node in functions(module)
        if (length := (node.end_lineno or 0) - node.lineno + 1) > MAX_FUNCTION
    ]
    assert long == []


def test_only_doors_read_the_clock() -> None:
    """Every time in the record is the one its door passed: one moment a request, and a test can choose it."""
    readers = [
        module.at(node)
        for module, node, name in calls()
        if CLOCKS.search(name) and module.area not in DOORS and not allowed(module, CLOCK_READERS)
    ]
    assert readers == []


def test_only_the_list_of_settings_reads_the_environment() -> None:
    """A setting read anywhere else is one no documentation names."""
    readers = [
        module.at(node)
        for module, node in walk(ast.Attribute, ast.ImportFrom)
        if _environment(node) and not allowed(module, ENVIRONMENT_READERS)
    ]
    assert readers == []


def _environment(node: ast.AST) -> bool:
    names = {"environ", "environb", "getenv"}
    if isinstance(node, ast.ImportFrom):
        return node.module == "os" and not names.isdisjoint(alias.name for alias in node.names)
    return dotted(node) in {f"os.{name}" for name in names}


@pytest.mark.parametrize("places", [CLOCK_READERS, ENVIRONMENT_READERS], ids=["clock", "environment"])
def test_no_exception_outlives_its_file(places: dict[str, str]) -> None:
    assert [
        place for place in places if not (PACKAGE / place).exists() and not (PACKAGE / f"{place}.py").exists()
    ] == []


def test_no_signals() -> None:
    """What follows from a verb is projected from its event (law 7): a signal is a call nobody can find."""
    found = [
        module.at(node)
        for module, node in walk(ast.ImportFrom, ast.Import)
        for name in _imported(node)
        if name.startswith("django.dispatch") or ".signals" in name
    ]
    assert found == []


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.ImportFrom):
        return [f"{node.module or ''}.{alias.name}" for alias in node.names]
    assert isinstance(node, ast.Import)
    return [alias.name for alias in node.names]


def test_models_are_not_fetched_by_name() -> None:
    """`apps.get_model` would go round the contract that models are private to their area."""
    found = [module.at(node) for module, node, name in calls() if name.split(".")[-1] == "get_model"]
    assert found == []


def test_areas_never_open_a_transaction() -> None:
    """`flow` and the doors own it (law 6); an area joins what is open, so that a verb is one commit."""
    opening = {"db.system", "db.scoped", "db.narrowing", "transaction.atomic", "atomic"}
    opening |= {name.removeprefix("db.") for name in opening}
    found = [module.at(node) for module, node, name in calls() if module.area in ORDER and name in opening]
    assert found == []


def test_rows_are_locked_without_their_key() -> None:
    """A plain FOR UPDATE blocks every insert that points at the row; only a change of the key needs that."""
    bare = [
        module.at(node)
        for module, node, name in calls()
        if name.endswith("select_for_update")
        and not any(word.arg == "no_key" and getattr(word.value, "value", None) is True for word in node.keywords)
    ]
    assert bare == []


SQL = re.compile(r"^\s*(SELECT|INSERT|UPDATE|DELETE|WITH|COPY|TRUNCATE|CREATE|ALTER)\s", re.IGNORECASE)


def test_the_conductor_and_the_doors_hold_no_sql() -> None:
    """Whoever looks for what a page reads opens the area's queries, and nothing else."""
    outside = {"flow", *DOORS}
    found = [
        module.at(text)
        for module in modules()
        if module.area in outside
        for text in strings(module)
        if SQL.match(str(text.value)) and str(text.value).split()[0].isupper()
    ]
    found += [module.at(node) for module, node, name in calls() if module.area in outside and name.endswith(".execute")]
    assert found == []


def test_sql_names_no_later_table() -> None:
    """Law 1 holds in SQL too: a stage reads earlier stages, never later ones."""
    found = []
    for module in modules():
        if module.area in ORDER:
            later = ORDER[ORDER.index(module.area) + 1 :]
            table = re.compile(rf"\b({'|'.join(later)})_[a-z_]+\b") if later else re.compile(r"(?!)")
            found += [module.at(t) for t in strings(module) if " " in str(t.value) and table.search(str(t.value))]
    assert found == []


def _comment(pattern: str) -> Callable[[str], bool]:
    found = re.compile(pattern)
    return lambda line: bool(found.search(line))


@pytest.mark.parametrize(
    ("what", "wrong"),
    [
        ("unfinished work is an issue, not a comment", _comment(r"\b(TODO|FIXME|XXX|HACK)\b")),
        ("an ignored error says which", _comment(r"type:\s*ignore(?!\[)")),
        ("a silenced rule says which", _comment(r"#\s*noqa(?!:)")),
    ],
    ids=["unfinished", "ignore", "noqa"],
)
def test_no_line_is(what: str, wrong: Callable[[str], bool]) -> None:
    lines = [
        f"civigrid/{module.path}:{number}"
        for module in modules()
        for number, line in enumerate(module.text.splitlines(), 1)
        if wrong(line)
    ]
    assert lines == [], what
