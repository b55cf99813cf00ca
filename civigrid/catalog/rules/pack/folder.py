"""Which files are in a pack's folder: none may be missing, and none may be passed over that was meant to be read."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from pathlib import PurePosixPath

from civigrid.catalog.rules.pack import content
from civigrid.catalog.rules.pack.content import Draft
from civigrid.catalog.rules.pack.faults import Faults

BLANK = 4096  # bytes: a file that begins with as many blanks is taken for empty
_ENDINGS = frozenset(PurePosixPath(name).suffix for name in content.FILES)
_STEMS = {name: PurePosixPath(name).stem for name in content.FILES if name not in (content.REPORTS, content.RECIPE)}


def known_files(files: Mapping[str, bytes], faults: Faults) -> None:
    for name in content.REQUIRED:
        if name not in files and content.EITHER.get(name) not in files:
            faults.lose(name, 0, "", "file_missing")
    for name, data in files.items():
        if not content.is_ours(name):
            _stray(name, files, faults)
        if len(data) > content.LARGEST:
            faults.lose(name, 0, "", "file_too_large", limit=content.LARGEST // 1024**2)
        elif content.is_ours(name) and name != content.RECIPE and not _says_something(data):
            faults.lose(name, 0, "", "file_empty")


def _says_something(data: bytes) -> bool:
    return bool(data[:BLANK].removeprefix(codecs.BOM_UTF8).strip())


def _stray(name: str, files: Mapping[str, bytes], faults: Faults) -> None:
    allowed = ", ".join(content.FILES)
    if _is_meant(name, files):
        faults.add(name, 0, "", "file_unknown", allowed=allowed)
    else:
        faults.remark(name, 0, "", "file_stray", allowed=allowed)


def _is_meant(name: str, files: Mapping[str, bytes]) -> bool:
    """Whether a file of another name is one of the pack's all the same: assets.CSV, buildings.json, Layers/roads.geojson.

    A load without it would close everything that stands in it. Where the one of the right name is there too, a file of
    another kind beside it (duty.pdf) is no list.
    """
    path = PurePosixPath(name.lower())
    if len(path.parts) > 1:
        return not name.startswith(content.LAYERS)
    same = [ours for ours, stem in _STEMS.items() if stem == path.stem]
    return path.suffix in _ENDINGS or (bool(same) and files.keys().isdisjoint(same))


def layers(files: Mapping[str, bytes], draft: Draft, faults: Faults) -> None:
    """Each layer has a file, and each file is a layer's."""
    if draft.city is None:
        return
    wanted = {content.layer_file(code): code for code in draft.city.layers}
    for name in sorted(wanted.keys() - files.keys()):
        faults.add(content.CITY, 0, f"layers.{wanted[name]}", "layer_without_file", value=name)
    for name in sorted(filter(content.is_ours, files.keys() - wanted.keys() - set(content.FILES))):
        faults.add(name, 0, "", "layer_undeclared")
