"""The wheel: everything a page needs is in it, nothing else is, and what is installed from it runs by itself."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
import tempfile
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.source import PACKAGE, ROOT

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("wheel")]


def run(*words: str | Path, at: Path, **environ: str) -> subprocess.CompletedProcess[str]:
    """Runs a program in an environment of its own; fails with what it said."""
    base = {"PATH": "/usr/bin:/bin", "HOME": str(at), "LANG": "C.UTF-8", **environ}
    command = [str(word) for word in words]
    done = subprocess.run(
        command, cwd=at, env=base, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=240
    )
    last = "\n".join(done.stderr.splitlines()[-20:])
    assert done.returncode == 0, f"{' '.join(command)}\n{done.stdout}\n{last}"
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the tree as it is."""
    folder = tmp_path_factory.mktemp("wheel")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, ROOT, at=folder)
    (found,) = folder.glob("*.whl")
    return found


@pytest.fixture(scope="module")
def names(wheel: Path) -> frozenset[str]:
    with zipfile.ZipFile(wheel) as file:
        return frozenset(file.namelist())


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The `civigrid` of a fresh environment that has the wheel, and our locked packages but not our source tree."""
    folder = tmp_path_factory.mktemp("installed")
    venv.create(folder / "venv", symlinks=True)
    python = folder / "venv" / "bin" / "python"
    here = Path(sysconfig.get_paths(vars={"base": str(folder / "venv")})["purelib"])
    # a path in a .pth file is added to sys.path, but the .pth files in it (our editable install) are not read
    (here / "locked.pth").write_text(sysconfig.get_paths()["purelib"] + "\n")
    alone = ["--isolated", "install", "--quiet", "--no-deps", "--no-index", "--no-warn-script-location"]
    run(sys.executable, "-m", "pip", "--python", python, *alone, wheel, at=folder)
    where = run(python, "-c", "import civigrid; print(civigrid.__file__)", at=folder).stdout
    assert where.startswith(str(folder)), "the tests would run the source tree, not the wheel"
    return folder / "venv" / "bin" / "civigrid"


def test_every_source_file_is_in(names: frozenset[str]) -> None:
    ours = {f"civigrid/{path.relative_to(PACKAGE).as_posix()}" for path in PACKAGE.rglob("*.py")}
    assert sorted(ours - names) == []


@pytest.mark.parametrize(
    ("what", "folder", "least"),
    [
        ("templates", "civigrid/web/templates/", 5),
        ("our static files", "civigrid/web/static/", 5),
        ("static files from npm", "civigrid/web/static/vendor/", 5),
        ("the demo city", "civigrid/packs/demo/", 5),
    ],
)
def test_everything_a_page_needs_is_in(names: frozenset[str], what: str, folder: str, least: int) -> None:
    found = {name for name in names if name.startswith(folder)}
    assert len(found) >= least, what
    source = ROOT / "packs" / "demo" if "packs" in folder else ROOT / folder
    there = {folder + path.relative_to(source).as_posix() for path in source.rglob("*") if path.is_file()}
    assert sorted(name for name in there - found if "/." not in name and "__pycache__" not in name) == []


def test_every_translation_is_compiled(names: frozenset[str]) -> None:
    sources = {name for name in names if name.endswith(".po")}
    assert sources
    assert sorted(name for name in sources if name.removesuffix("po") + "mo" not in names) == []


def test_nothing_else_is_in(names: frozenset[str]) -> None:
    """Nothing secret, nothing of the tests, nothing built for one Python, and no folder but ours."""
    wrong = re.compile(
        r"__pycache__|\.py[co]$|(^|/)(tests?|bench|tools|node_modules|docs)/|keys\.json|\.env$|\.(pem|key|dump|log)$"
    )
    assert sorted(name for name in names if wrong.search(name)) == []
    assert {name.split("/")[0] for name in names} <= {
        "civigrid",
        *(n.split("/")[0] for n in names if ".dist-info/" in n),
    }


def test_it_says_what_it_is(wheel: Path, names: frozenset[str]) -> None:
    with zipfile.ZipFile(wheel) as file:
        (metadata,) = (name for name in names if name.endswith(".dist-info/METADATA"))
        text = file.read(metadata).decode()
    assert "License-Expression: Apache-2.0" in text
    assert "Requires-Python: >=3.11" in text
    assert any(name.endswith("/licenses/LICENSE") for name in names)
    assert sum(len(name) > 0 for name in names) > 100


@pytest.fixture
def home() -> Iterator[Path]:
    """A home that does not exist yet, in a folder the database's ordinary user may pass through."""
    with tempfile.TemporaryDirectory(prefix="cg") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder) / "home"


def test_the_installed_program_answers(installed: Path, home: Path) -> None:
    """Without any setting, and without touching a home."""
    said = run(installed, "version", at=home.parent, CIVIGRID_HOME=str(home)).stdout
    assert re.search(r"\d+\.\d+\.\d+", said)
    assert not home.exists()


def test_the_installed_program_shows_the_demo_city(installed: Path, home: Path) -> None:
    """Database, migrations, city, first reports and every page of every role, from the wheel alone."""
    said = run(installed, "demo", "--check", "--grids", "28", at=home.parent, CIVIGRID_HOME=str(home)).stdout
    result = json.loads(said.strip().splitlines()[-1])
    assert result["ok"] is True
    assert result["pages"] > 100
