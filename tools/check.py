"""`make check` and `make test`: the steps a change must pass; the first stage with a failing step stops the run.

The quick steps run side by side and print what they said only when they fail; tests print as they go. The end names
every step with its seconds and repeats pytest's closing lines.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
SOURCES = ("civigrid", "tests", "tools", "bench")
# what a suite of pages and pictures needs that no Python package brings: program or font -> Debian's package
NEEDED = {"chromium": "chromium", "xgettext": "gettext"}
FONT = "fonts-noto-cjk"


@dataclass(frozen=True, slots=True)
class Step:
    """One command. `live` prints while it runs; `lines` is how many of its last lines the summary repeats."""

    name: str
    command: Sequence[str]
    environ: dict[str, str] = field(default_factory=dict)
    live: bool = False
    lines: int = 0


@dataclass(frozen=True, slots=True)
class Result:
    step: Step
    code: int
    seconds: float
    output: str


def tool(name: str, *words: str) -> list[str]:
    return [str(BIN / name), *words]


def python(*words: str) -> list[str]:
    return [sys.executable, *words]


def pytest(*words: str) -> list[str]:
    return python("-m", "pytest", *words)


STYLE = (
    Step("ruff check", tool("ruff", "check", "--quiet", *SOURCES)),
    Step("ruff format", tool("ruff", "format", "--check", "--quiet", *SOURCES)),
    Step("mypy", tool("mypy", "--strict")),
    Step("import-linter", tool("lint-imports", "--no-logo")),
    Step("djlint", tool("djlint", "civigrid/web/templates", "--lint", "--quiet")),
)
TEXTS = Step("translations", python("tools/translations.py", "--check"))
SIDE_BY_SIDE = ("-n", "2", "--dist", "loadgroup")
RULE_TESTS = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests").glob("*/test_*rules*.py"))
RULES = Step(
    "structure and rules",
    pytest("tests/house", *RULE_TESTS, "--tb=short", "-m", "not django_db and not slow and not data"),
    lines=3,
)
NEW = Step(
    "all tests, on PostgreSQL 18",
    pytest("tests", *SIDE_BY_SIDE, "--durations=10"),
    {"CIVIGRID_PG_VERSION": "18"},
    live=True,
    lines=12,
)
# what could differ from one version of the server to the next
BY_VERSION = [f"tests/base/test_{name}.py" for name in ("backup", "db", "events", "jobs", "ledger", "migrate")]
BY_VERSION += ["tests/flow", "tests/flows", "tests/house/test_rights.py"]
OLD = Step(
    "foundations, rights and flow, on PostgreSQL 16",
    pytest(*BY_VERSION, *SIDE_BY_SIDE, "-m", "not slow and not browser and not data"),
    {"CIVIGRID_PG_VERSION": "16"},
    live=True,
    lines=3,
)


def thorough(step: Step) -> Step:
    """The step as a fresh clone runs it: mypy's cache misses a module that has come into a package since."""
    return replace(step, command=[*step.command, "--no-incremental"]) if step.name == "mypy" else step


def run(step: Step, environ: dict[str, str]) -> Result:
    """Runs one step with no keyboard; its output is kept, and shown at once when the step is `live`."""
    begun = time.monotonic()
    process = subprocess.Popen(
        step.command, cwd=ROOT, env={**environ, **step.environ}, text=True, errors="replace",
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    assert process.stdout is not None
    said = []
    for line in process.stdout:
        said.append(line)
        if step.live:
            print(line, end="", flush=True)
    code = process.wait()
    result = Result(step, code, time.monotonic() - begun, "".join(said))
    quiet = result.code == 0 or step.live
    print(headline(result) + ("" if quiet else f"\n{result.output.rstrip()}"), flush=True)
    return result


def headline(result: Result) -> str:
    word = "ok" if result.code == 0 else f"FAILED ({result.code})"
    return f"{word:12} {result.seconds:6.1f} s  {result.step.name}"


def stage(steps: Sequence[Step], environ: dict[str, str], *, at_once: int = 1) -> list[Result]:
    with ThreadPoolExecutor(at_once) as pool:
        return list(pool.map(lambda step: run(step, environ), steps))


def surroundings(home: str) -> dict[str, str]:
    """An environment in which no setting of the caller's reaches the code: a home of its own, no database address."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CIVIGRID_", "DATABASE_URL", "DJANGO_"))
    }
    return {**kept, "CIVIGRID_HOME": home, "DJANGO_SETTINGS_MODULE": "civigrid.settings"}


def missing() -> list[str]:
    """Debian's names of what the suite needs and this machine has not."""
    packages = [package for program, package in NEEDED.items() if not shutil.which(program)]
    if shutil.which("fc-list") and subprocess.check_output(["fc-list", ":lang=zh-cn"]):
        return packages
    return [*packages, FONT, "fontconfig"]


def fetch(packages: Sequence[str]) -> None:
    """Installs through apt when root on a Debian; else says what to install."""
    if not packages:
        return
    install = ["apt-get", "install", "--yes", "--quiet", "--no-install-recommends", *packages]
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(
            f"make test needs more; install it and run make test again. On Debian, as root:\n  {' '.join(install)}"
        )
    print(f"fetching through apt: {' '.join(packages)}", flush=True)
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["apt-get", "update", "--quiet"], install):
        done = subprocess.run(words, env=environ, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        if done.returncode:
            sys.exit(f"{done.stdout}{done.stderr}\nfailed ({done.returncode}): {' '.join(words)}")


def summary(results: Sequence[Result], begun: float) -> int:
    """Prints every step, pytest's last lines and the verdict; returns the exit code."""
    failed = [result.step.name for result in results if result.code]
    print("\n" + "-" * 72)
    for result in results:
        print(headline(result))
        tail = result.output.rstrip().splitlines()[-result.step.lines :] if result.step.lines else []
        print("".join(f"{'':23}| {line}\n" for line in tail), end="")
    verdict = f"FAILED: {', '.join(failed)}" if failed else "all passed"
    print(f"{verdict} · {time.monotonic() - begun:.0f} s", flush=True)
    return 1 if failed else 0


def main() -> int:
    """Runs the fast half, or with --all everything."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--all", action="store_true", help="also every test on both databases, and the wheel")
    everything = options.parse_args().all
    begun = time.monotonic()
    if everything:
        fetch(missing())
    with tempfile.TemporaryDirectory(prefix="civigrid-check-") as home:
        environ = surroundings(home)
        first = [*map(thorough, STYLE), TEXTS] if everything else [*STYLE, RULES]
        results = stage(first, environ, at_once=2)
        for step in (NEW, OLD) if everything else ():
            if any(result.code for result in results):
                break
            results += stage([step], environ)
    return summary(results, begun)


if __name__ == "__main__":
    sys.exit(main())
