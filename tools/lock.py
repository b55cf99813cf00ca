"""`make lock`: writes requirements.lock (to run and build) and requirements-dev.lock (and to check and test).

Pins and the hashes of every file of a release, whatever the machine; no address and no index is written down. Only the
public registry is asked, whatever this machine's pip is told, so that the hashes hold everywhere.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEAD = """\
# {what}. Written by `make lock`; installed with
# `pip install --require-hashes`. Do not edit: change pyproject.toml and run `make lock`.
"""


def compile_lock(target: str, what: str, *extras: str, constraint: str = "", upgrade: bool) -> None:
    """Resolves pyproject.toml with `extras` into `target`; pins it has already are kept unless `upgrade`."""
    command = [str(Path(sys.executable).with_name("uv")), "pip", "compile", "pyproject.toml", "--no-config", "--quiet"]
    command += ["--universal", "--python-version", "3.11", "--generate-hashes", "--no-header", "--no-annotate"]
    command += ["--no-emit-index-url", "--no-emit-find-links", "--output-file", target]
    command += [word for extra in extras for word in ("--extra", extra)]
    command += ["--constraint", constraint] if constraint else []
    command += ["--upgrade"] if upgrade else []
    environ = {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "PIP_"))}
    subprocess.run(command, cwd=ROOT, env=environ, check=True)
    path = ROOT / target
    path.write_text(HEAD.format(what=what) + path.read_text())


def main() -> None:
    """Writes both locks; the second keeps the pins of the first."""
    upgrade = "--keep" not in sys.argv[1:]
    compile_lock("requirements-dev.lock", "What Civigrid's checks and tests run with", "build", "dev", upgrade=upgrade)
    pins = "requirements-dev.lock"
    compile_lock("requirements.lock", "What Civigrid runs and is built with", "build", constraint=pins, upgrade=True)


if __name__ == "__main__":
    main()
