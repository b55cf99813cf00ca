"""The one catalogue of translations, civigrid/web/locale/zh_Hans/LC_MESSAGES/django.po.

    python tools/translations.py            compiles it (polib, no gettext needed)
    python tools/translations.py --make     gathers the texts of the package into it (needs gettext)
    python tools/translations.py --check    fails where texts are missing, left over, untranslated or ill-formed
    python tools/translations.py --merge A.po B.po   takes over translations from other files

Texts in the code are English; Chinese is the catalogue. Comments with places and dates are left out, so that only a
changed text changes the file.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import polib

ROOT = Path(__file__).resolve().parents[1]
CATALOGUE = Path("web/locale/zh_Hans/LC_MESSAGES/django.po")
HEADER = {
    "Project-Id-Version": "civigrid",
    "Language": "zh_Hans",
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
PLACES = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w*)\}")
Key = tuple[str, str]


def key(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid


def gathered() -> polib.POFile:
    """What the package says now, read from a copy of it so that nothing there is touched."""
    if not shutil.which("xgettext"):
        sys.exit("gettext is missing: as root, apt-get install gettext")
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "civigrid"
        shutil.copytree(
            ROOT / "civigrid", copy, ignore=shutil.ignore_patterns("vendor", "__pycache__", "*.mo", "packs")
        )
        command = [
            sys.executable,
            "-m",
            "django",
            "makemessages",
            "-l",
            "zh_Hans",
            "--no-wrap",
            "--no-location",
            "--no-obsolete",
        ]
        env = {**os.environ, "PYTHONPATH": folder, "DJANGO_SETTINGS_MODULE": "civigrid.settings"}
        (copy / CATALOGUE.parent).mkdir(parents=True, exist_ok=True)
        subprocess.run(command, cwd=copy, env=env, check=True, stdout=subprocess.DEVNULL)
        return polib.pofile(str(copy / CATALOGUE), wrapwidth=0)


def catalogue() -> polib.POFile:
    path = ROOT / "civigrid" / CATALOGUE
    return polib.pofile(str(path), wrapwidth=0) if path.exists() else polib.POFile(wrapwidth=0)


def make(others: Iterable[Path] = ()) -> None:
    """The texts of now with the translations known; from `others` only what the catalogue does not have."""
    known = {
        key(entry): entry for path in others for entry in polib.pofile(str(path)) if entry.msgstr or entry.msgstr_plural
    }
    known |= {key(entry): entry for entry in catalogue() if entry.translated()}
    made = polib.POFile(wrapwidth=0)
    made.metadata = HEADER
    for entry in sorted(gathered(), key=key):
        old = known.get(key(entry))
        plural = {0: ""} if entry.msgid_plural else {}
        if old and plural:
            plural = {0: old.msgstr_plural.get(0, "") or old.msgstr}
        text = "" if plural or not old else old.msgstr
        flags = [flag for flag in entry.flags if flag != "fuzzy"]
        made.append(
            polib.POEntry(
                msgctxt=entry.msgctxt,
                msgid=entry.msgid,
                msgid_plural=entry.msgid_plural,
                msgstr=text,
                msgstr_plural=plural,
                flags=flags,
            )
        )
    path = ROOT / "civigrid" / CATALOGUE
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save(str(path))
    empty = [entry for entry in made if not entry.translated()]
    print(f"{len(made)} texts, {len(empty)} without translation")


def compile_() -> None:
    for path in (ROOT / "civigrid").rglob("*.po"):
        polib.pofile(str(path)).save_as_mofile(str(path.with_suffix(".mo")))


def faults() -> list[str]:
    now, kept = {key(entry): entry for entry in gathered()}, {key(entry): entry for entry in catalogue()}
    found = [f"not in the catalogue: {each[1]!r}" for each in now.keys() - kept.keys()]
    found += [f"no longer used: {each[1]!r}" for each in kept.keys() - now.keys()]
    for entry in kept.values():
        texts = list(entry.msgstr_plural.values()) or [entry.msgstr]
        if not entry.translated() or entry.fuzzy:
            found.append(f"not translated: {entry.msgid!r}")
        elif any(places(text) - places(entry.msgid, entry.msgid_plural) for text in texts):
            found.append(f"other placeholders in the translation of {entry.msgid!r}")
    return sorted(found)


def places(*texts: str) -> set[str]:
    return {match.group() for text in texts for match in PLACES.finditer(text or "")}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--make", action="store_true")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--merge", type=Path, nargs="+", default=[])
    said = parser.parse_args()
    if said.check:
        wrong = faults()
        sys.exit("\n".join([*wrong, "", "python tools/translations.py --make, then translate"]) if wrong else 0)
    if said.make or said.merge:
        make(said.merge)
    compile_()


if __name__ == "__main__":
    main()
