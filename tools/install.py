"""`make install`: from a bare Python to a ready .venv. Run by the system's Python, with nothing but its library.

Each step is done again only when what it was made from has changed: the digest of its inputs stands in .venv/steps.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
BIN = VENV / "bin"
STEPS = VENV / "steps"


def main() -> None:
    """Does the steps in order; the first that fails stops with its command."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("--dev", action="store_true", help="also what checks and tests need")
    dev = options.parse_args().dev
    step("python", [], make_venv, also=f"{sys.version} {ROOT}")
    # the larger lock holds the smaller one, so a .venv that once had the larger keeps it
    lock = "requirements-dev.lock" if dev or (STEPS / "requirements-dev.lock").exists() else "requirements.lock"
    step(lock, [ROOT / lock], lambda: install_lock(lock))
    step("civigrid", [ROOT / "pyproject.toml"], install_civigrid, also=str(ROOT))
    build = [ROOT / "tools" / "build_assets.py", ROOT / "package.json", ROOT / "package-lock.json"]
    step(
        "assets", build, lambda: run(BIN / "python", "tools/build_assets.py"), made=ROOT / "civigrid/web/static/vendor"
    )
    texts = sorted((ROOT / "civigrid").rglob("*.po"))
    step(
        "translations",
        [ROOT / "tools" / "translations.py", *texts],
        lambda: run(BIN / "python", "tools/translations.py"),
        made=texts[0].with_suffix(".mo") if texts else None,
    )


def step(name: str, inputs: Sequence[Path], work: Callable[[], None], also: str = "", made: Path | None = None) -> None:
    """Runs `work` unless it was done from the same inputs and what it made is still there."""
    digest = hashlib.sha256(also.encode())
    for path in inputs:
        digest.update(path.name.encode())
        digest.update(path.read_bytes() if path.exists() else b"-")
    stamp = STEPS / name
    if stamp.exists() and stamp.read_text() == digest.hexdigest() and (made is None or made.exists()):
        return
    begun = time.monotonic()
    print(f"install: {name} ...", flush=True)
    work()
    STEPS.mkdir(parents=True, exist_ok=True)
    stamp.write_text(digest.hexdigest())
    print(f"install: {name} done in {time.monotonic() - begun:.1f} s", flush=True)


def make_venv() -> None:
    if same_python():
        return
    if VENV.exists():
        print("install: .venv was made by another Python or elsewhere; making it anew", flush=True)
        shutil.rmtree(VENV)
    if try_venv():
        return
    if os.geteuid() == 0 and shutil.which("apt-get"):
        print("install: this Python cannot make a virtual environment; fetching python3-venv through apt", flush=True)
        run("apt-get", "update", "-qq")
        run("apt-get", "install", "-y", "-qq", "--no-install-recommends", "python3-venv")
        if try_venv():
            return
    stop(
        f"{sys.executable} cannot make a virtual environment (its module venv or ensurepip is missing).",
        "On Debian and Ubuntu: apt-get install python3-venv. Then run make again.",
    )


def same_python() -> bool:
    """Whether there is a .venv that works, of this very Python and made in this place (its scripts name it)."""
    pip_script = BIN / "pip"
    if not (BIN / "python").exists() or not pip_script.exists() or str(BIN) not in pip_script.read_text()[:500]:
        return False
    asked = [str(BIN / "python"), "-c", "import pip, sys; print(sys.version)"]
    found = subprocess.run(asked, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    return found.returncode == 0 and found.stdout.strip() == sys.version.strip()


def try_venv() -> bool:
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], stdin=subprocess.DEVNULL, capture_output=True)
    if made.returncode:
        shutil.rmtree(VENV, ignore_errors=True)
    return made.returncode == 0


def install_lock(name: str) -> None:
    pip("install", "--require-hashes", "--requirement", name)


def install_civigrid() -> None:
    pip("install", "--no-deps", "--no-build-isolation", "--editable", ".")


def pip(*words: str) -> None:
    run(BIN / "python", "-m", "pip", "--disable-pip-version-check", "--no-input", "-qq", *words)


def run(*words: str | Path) -> None:
    done = subprocess.run([str(word) for word in words], cwd=str(ROOT), stdin=subprocess.DEVNULL)
    if done.returncode:
        stop(f"failed ({done.returncode}): {' '.join(str(word) for word in words)}")


def stop(*lines: str) -> NoReturn:
    sys.exit("\n".join(f"install: {line}" for line in lines))


if __name__ == "__main__":
    main()
