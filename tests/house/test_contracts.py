"""Who may import whom: the contracts hold, and each one bites when the import it forbids is written."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, ROOT

pytestmark = pytest.mark.xdist_group("contracts")  # one spoiled copy is enough

# contract -> the file the forbidden import is written to, and the import
FORBIDDEN = {
    "order": [
        ("intake/queries/standing.py", "civigrid.cases.queries"),
        ("places/queries.py", "civigrid.catalog.queries"),
        ("base/files.py", "civigrid.directory.rules"),
        ("classify/actions.py", "civigrid.flow.pipeline"),
        ("flow/verbs.py", "civigrid.web.access"),
    ],
    "inside": [
        ("cases/rules.py", "civigrid.cases.words"),
        ("link/models.py", "civigrid.link.queries"),
        ("route/queries.py", "civigrid.route.actions"),
    ],
    "pure": [
        ("cases/rules.py", "django.db"),
        ("locate/rules.py", "time"),
        ("catalog/rules.py", "civigrid.base.db"),
    ],
    "actions": [("cases/actions.py", "civigrid.intake.actions"), ("base/jobs.py", "civigrid.directory.actions")],
    "models-intake": [("route/queries.py", "civigrid.intake.models"), ("web/access.py", "civigrid.intake.models")],
    "models-base": [("flow/verbs.py", "civigrid.base.models")],
    "doors": [("cli/main.py", "civigrid.web.access")],
}
CACHE = ".import_linter_cache"
STRAY = "cases/helpers.py"  # a sixth kind of file, and a module nobody ordered
UNORDERED = "weather.py"


def lint(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [
        str(Path(sys.executable).with_name("lint-imports")),
        "--no-logo",
        "--cache-dir",
        str(folder / CACHE),
        *words,
    ]
    return subprocess.run(
        command, cwd=folder, env={"COLUMNS": "200"}, capture_output=True, text=True, stdin=subprocess.DEVNULL
    )


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the code with every forbidden import in it."""
    folder = tmp_path_factory.mktemp("broken")
    code = {"", ".py"}
    shutil.copytree(
        PACKAGE, folder / "civigrid", ignore=lambda _, names: [n for n in names if Path(n).suffix not in code]
    )
    shutil.copy(ROOT / ".importlinter", folder)
    for imports in FORBIDDEN.values():
        for where, what in imports:
            source(folder, what.replace(".", "/").removeprefix("civigrid/"))
            with source(folder, where.removesuffix(".py")).open("a") as file:
                file.write(f"\nimport {what}\n")
    for stray in (STRAY, UNORDERED):
        (folder / "civigrid" / stray).touch()
    return folder


def source(folder: Path, module: str) -> Path:
    """The file of a module, a package's __init__ when it is one; an empty one where there is none yet."""
    path = folder / "civigrid" / module
    if path.is_dir():
        return path / "__init__.py"
    if path.parent.is_dir():
        path.with_suffix(".py").touch()
    return path.with_suffix(".py")


def test_the_contracts_hold() -> None:
    done = lint(ROOT)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("contract", FORBIDDEN)
def test_a_forbidden_import_is_found(broken: Path, contract: str) -> None:
    done = lint(broken, "--contract", contract)
    assert done.returncode == 1, done.stdout + done.stderr
    said = "".join(done.stdout.split())
    for where, what in FORBIDDEN[contract]:
        importer = f"civigrid/{where}".removesuffix(".py").replace("/", ".")
        imported = what if what.startswith("civigrid") else what.split(".")[0]
        assert f"{importer}->{imported}(" in said, f"{importer} -> {imported} was not found:\n{done.stdout}"


@pytest.mark.parametrize(("contract", "module"), [("inside", "civigrid.cases.helpers"), ("order", "civigrid.weather")])
def test_a_file_nobody_ordered_is_found(broken: Path, contract: str, module: str) -> None:
    done = lint(broken, "--contract", contract)
    assert module in done.stdout
