"""Things that lie in things, as lines that fold."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from civigrid.web.pages.reference.links import Said

T = TypeVar("T")

NOTES = 2  # other names said beside the name
MOST = 400  # lines of a tree shown at once: what lies deeper is on its parent's own page


@dataclass(frozen=True, slots=True)
class Node:
    """A line: what it is, what is said of it, and what lies below. `figures`: each with what it counts; `hidden`: how
    many things below are not shown here."""

    said: Said
    notes: Sequence[str]
    marks: list[str]
    figures: list[tuple[str, str]]
    open: bool = False
    below: list[Node] = field(default_factory=list)
    hidden: int = 0


def grow(top: Iterable[T], children: Callable[[T], Sequence[T]], line: Callable[[T, int], Node]) -> list[Node]:
    """The tree from `top` down, as deep as `MOST` lines allow; `line` says a thing at a depth, with nothing below it."""
    levels = _levels(list(top), children)
    return [_node(each, children, line, 0, levels) for each in top]


def _levels(level: list[T], children: Callable[[T], Sequence[T]]) -> int:
    """How many levels can be shown whole; the first always is."""
    shown, depth = len(level), 1
    while level := [child for each in level for child in children(each)]:
        shown += len(level)
        if shown > MOST:
            break
        depth += 1
    return depth


def _node(
    thing: T, children: Callable[[T], Sequence[T]], line: Callable[[T, int], Node], depth: int, levels: int
) -> Node:
    node, below = line(thing, depth), children(thing)
    if depth + 1 >= levels:
        return Node(node.said, node.notes, node.marks, node.figures, hidden=len(below))
    nodes = [_node(each, children, line, depth + 1, levels) for each in below]
    return Node(node.said, node.notes, node.marks, node.figures, node.open, nodes)
