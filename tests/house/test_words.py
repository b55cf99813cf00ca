"""Everything a person reads exists in both languages: each member of an enum, each reason a rule may give."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from enum import Enum, StrEnum
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from django.utils.functional import Promise
from django.utils.translation import override

from tests.house.source import PACKAGE, Module, calls, modules, walk

# enums nobody reads: kept in rows or passed between functions, never shown; and why
WORDLESS = {
    "Done": "the three results of a row; what is shown is its code's words",
}
CJK = re.compile(r"[\u4e00-\u9fff]")
NARROW = re.compile(r"[\u4e00-\u9fff”）][,;:?!]+(?:[\u4e00-\u9fff“（]|$)")
PLACEHOLDER = re.compile(r"%\((\w+)\)")


def imported(kind: str) -> Iterator[tuple[str, ModuleType]]:
    """Area -> its module of this kind, a folder's parts included."""
    for module in modules():
        if module.kind == kind or module.path == f"{kind}.py":
            yield (
                module.area,
                import_module(
                    "civigrid." + module.path.removesuffix(".py").replace("/", ".").removesuffix(".__init__")
                ),
            )


def members_of(module: ModuleType, kind: type) -> dict[str, Any]:
    return {
        name: value for name, value in vars(module).items() if isinstance(value, kind) and not name.startswith("__")
    }


def enums() -> dict[str, type[Enum]]:
    """Every enum a rules module defines, by "area.Name"."""
    return {
        f"{area}.{name}": value
        for area, module in imported("rules")
        for name, value in members_of(module, type).items()
        if issubclass(value, Enum) and value not in {Enum, StrEnum} and value.__module__ == module.__name__
    }


def mappings() -> list[tuple[str, Mapping[Any, Any]]]:
    """Every mapping of words: what it is called and what it says."""
    return [
        (f"{area}.words.{name}", value)
        for area, module in imported("words")
        for name, value in members_of(module, Mapping).items()
    ]


def texts() -> Iterator[tuple[str, Any, Any]]:
    """(mapping, key, words); several texts under one key, as "what is wrong, what to do", are several."""
    for name, mapping in mappings():
        for key, words in mapping.items():
            for each in words if isinstance(words, tuple) else (words,):
                yield name, key, each


def refusal_texts() -> Iterator[tuple[str, Any]]:
    """(code, words) of every mapping called REFUSALS: what a person is shown when a rule says no."""
    return ((str(key), words) for name, key, words in texts() if name.endswith(".REFUSALS"))


def said(words: Any, language: str) -> str:
    with override(language):
        return str(words)


def wordless(member: Any) -> bool:
    """The member that stands for nothing ("") has no words."""
    return isinstance(member, Enum) and member.value == ""


def test_there_are_words() -> None:
    assert len(enums()) > 5
    assert len(mappings()) > 5


def test_every_member_has_words() -> None:
    """A new member without words would show its code to a resident."""
    named = {member for _, key, _ in texts() for member in [key] if isinstance(key, Enum)}
    silent = [
        f"{name}.{member.name}"
        for name, enum in enums().items()
        if enum.__name__ not in WORDLESS
        for member in enum
        if member not in named and not wordless(member)
    ]
    assert silent == []


def test_mappings_are_whole() -> None:
    """A mapping that names one member of an enum names them all."""
    holes = []
    for name, mapping in mappings():
        kinds = {type(key) for key in mapping if isinstance(key, Enum)}
        holes += [f"{name}: {m!r}" for kind in kinds for m in kind if m not in mapping and not wordless(m)]
    assert holes == []


def test_no_exception_outlives_its_enum() -> None:
    known = {enum.__name__ for enum in enums().values()} | {"Done"}
    assert [name for name in WORDLESS if name not in known] == []


def test_english_is_there() -> None:
    """Source texts are English, complete, and not empty."""
    wrong = [
        f"{name}[{key!s}]"
        for name, key, words in texts()
        if not wordless(key) and (not said(words, "en").strip() or CJK.search(said(words, "en")))
    ]
    assert wrong == []


def test_chinese_is_there() -> None:
    """Chinese first: the compiled catalogue has every one of them."""
    wrong = [
        f"{name}[{key!s}]: {said(words, 'zh-hans')}"
        for name, key, words in texts()
        if not wordless(key) and not CJK.search(said(words, "zh-hans"))
    ]
    assert wrong == []


def test_words_are_translated_when_shown() -> None:
    """A plain string would be one language for everybody."""
    assert [
        f"{name}[{key!s}]" for name, key, words in texts() if not wordless(key) and not isinstance(words, Promise)
    ] == []


def test_texts_are_marked_by_names_the_catalogue_knows() -> None:
    """Under another name nobody finds them: they stay English on a Chinese page, and no test of the catalogue tells."""
    aliases = [
        f"{module.at(node)} {each.asname}"
        for module, node in walk(ast.ImportFrom)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for each in node.names
        if each.asname not in {None, "_"}
    ]
    assert aliases == []


def refusals() -> Iterator[tuple[Module, ast.Call, str]]:
    """Every `Refused("code", fact=...)` in the code."""
    for module, node, name in calls():
        if name.split(".")[-1] == "Refused" and node.args and isinstance(node.args[0], ast.Constant):
            yield module, node, str(node.args[0].value)


def test_every_refusal_has_words() -> None:
    """Whoever is told no is told why, in his language."""
    codes = {code for code, _ in refusal_texts()}
    assert len(list(refusals())) > 5
    assert [f"{module.at(node)} {code}" for module, node, code in refusals() if code not in codes] == []


def test_words_only_use_facts_that_are_given() -> None:
    """`%(unit)s` in a message whose refusal gives no unit would be an error while telling somebody no."""
    wanted: dict[str, set[str]] = {}
    for code, words in refusal_texts():
        wanted.setdefault(code, set()).update(*(PLACEHOLDER.findall(said(words, each)) for each in ("en", "zh-hans")))
    wrong = []
    for module, node, code in refusals():
        given = {word.arg for word in node.keywords}
        if None not in given and not wanted.get(code, set()) <= given:
            wrong.append(f"{module.at(node)} {code}: {sorted(wanted[code] - given)}")
    assert wrong == []


@pytest.mark.parametrize("language", ["zh_Hans"])
def test_the_catalogue_is_whole(language: str) -> None:
    """No text without its translation, none marked as doubtful, no placeholder lost on the way, no Latin comma in Chinese."""
    polib = pytest.importorskip("polib")
    catalogue = polib.pofile(str(PACKAGE / "web" / "locale" / language / "LC_MESSAGES" / "django.po"))
    entries = [entry for entry in catalogue if not entry.obsolete]
    assert len(entries) > 50
    assert [entry.msgid for entry in entries if not entry.translated()] == []
    assert [entry.msgid for entry in entries if entry.fuzzy] == []
    assert [entry.msgid for entry in entries if NARROW.search(entry.msgstr)] == []
    plurals = [entry for entry in entries if entry.msgid_plural]
    lost = [
        entry.msgid
        for entry in entries
        if entry not in plurals and set(PLACEHOLDER.findall(entry.msgid)) != set(PLACEHOLDER.findall(entry.msgstr))
    ]
    assert lost == []
