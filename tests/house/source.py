"""The code as the structural tests read it: parsed once, never imported."""

from __future__ import annotations

import ast
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "civigrid"
# the design's order; an area that does not exist yet is skipped by everybody who walks it
REFERENCE = ("directory", "places", "catalog")
STREAM = ("intake", "classify", "locate", "link", "route", "cases", "evaluate", "notify", "library", "command")
ORDER = (*REFERENCE, *STREAM)
DOORS = ("web", "cli", "api", "open311")


@dataclass(frozen=True, slots=True)
class Module:
    """One source file. `path` is relative to the package, in POSIX form: "cases/rules.py"."""

    path: str
    text: str
    tree: ast.Module

    @property
    def area(self) -> str:
        return self.path.split("/")[0].removesuffix(".py")

    @property
    def kind(self) -> str:
        """rules, words, models, queries, actions ...: the file or folder right inside the area."""
        parts = self.path.split("/")
        return parts[1].removesuffix(".py") if len(parts) > 1 else ""

    def at(self, node: ast.AST) -> str:
        return f"civigrid/{self.path}:{getattr(node, 'lineno', 1)}"


@cache
def modules() -> tuple[Module, ...]:
    """Every module of the package but migrations."""
    paths = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
    texts = [(path.relative_to(PACKAGE).as_posix(), path.read_text()) for path in paths]
    return tuple(Module(path, text, ast.parse(text)) for path, text in texts)


def walk(*kinds: type[ast.AST]) -> Iterator[tuple[Module, ast.AST]]:
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, kinds):
                yield module, node


def dotted(node: ast.AST) -> str:
    """`a.b.c` of a name or attribute, "" of anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        inner = dotted(node.value)
        return f"{inner}.{node.attr}" if inner else node.attr
    return ""


def calls() -> Iterator[tuple[Module, ast.Call, str]]:
    for module, node in walk(ast.Call):
        assert isinstance(node, ast.Call)
        yield module, node, dotted(node.func)


def strings(module: Module) -> Iterator[ast.Constant]:
    """Every string of the module but docstrings."""
    docs = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr):
                docs.add(id(first.value))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node


@cache
def tracked() -> tuple[Path, ...]:
    """What is committed, or would be: every file git does not ignore."""
    git = shutil.which("git")
    if git and (ROOT / ".git").exists():
        words = [git, "-c", f"safe.directory={ROOT}", "ls-files", "-co", "--exclude-standard", "-z"]
        names = subprocess.run(words, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    else:
        skipped = {".venv", "node_modules", "dist", "build", "__pycache__", "vendor"}
        found = [path.relative_to(ROOT) for path in ROOT.rglob("*") if path.suffix not in {".mo", ".pyc"}]
        names = [str(path) for path in found if skipped.isdisjoint(path.parts)]
    return tuple(path for name in names if name and (path := ROOT / name).is_file())
