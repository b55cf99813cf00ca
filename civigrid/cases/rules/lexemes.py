"""What a case is found by, as words of a text index, and a question in the same words.

Beside the pairs of signs stand marks of what lists are narrowed by: where it lies, whose it is, what it is about, whether
it is open, and in which run of ids it stands. So the index itself narrows a frequent word to one's own cases,
and to the newest ones first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from civigrid.base.permissions import Scope
from civigrid.cases.rules.search import LONGEST_INDEXED, Term, bigrams, folded, pieces
from civigrid.cases.rules.wanted import CITY, NOBODY, Wanted, Whether
from civigrid.catalog.rules import Family
from civigrid.places.rules import DIGITS

# ids by runs of 4,096, 32,768 and 262,144: a search looks through the newest few first and takes the old ones by the lot
RUNS = (("a", 12), ("b", 15), ("c", 18))
_LENGTHS = tuple(sorted(DIGITS.values()))


@dataclass(frozen=True, slots=True)
class Indexed:
    """What the index is made of. `texts`: titles, words and places of the reports that are in the case."""

    case_id: int
    number: str
    family: Family
    open: bool
    matter_id: int | None
    source: str
    region_code: str
    unit_ids: tuple[int, ...]
    texts: tuple[str, ...]


def lexemes(case: Indexed) -> set[str]:
    """No one is empty or holds a space. Of a case with very long words only the first 50,000 signs count."""
    found = {f"#{piece}" for piece in pieces(case.number)}
    left = LONGEST_INDEXED
    for text in case.texts:
        found |= bigrams(folded(text[:left]))
        left = max(left - len(text), 0)
    found |= {f"~{name}{case.case_id >> bits}" for name, bits in RUNS}
    found |= {f"=r{case.region_code[:length]}" for length in _LENGTHS if len(case.region_code) >= length}
    found |= {f"=u{unit_id}" for unit_id in case.unit_ids}
    found |= {f"=f{case.family}", f"=m{case.matter_id or NOBODY}", *_source(case.source)}
    return found | ({"=o"} if case.open else set())


def question(terms: Sequence[Term], wanted: Wanted, scope: Scope) -> str:
    """As a tsquery; narrower than what is asked nowhere, wider perhaps: the rows themselves say the rest."""
    asked = [*(_term(term) for term in terms if term.pairs or term.pieces), *_narrowed(wanted)]
    if not scope.everywhere:
        asked.append(_seen(scope, "" if wanted.region == CITY else wanted.region))
    return " & ".join(each for each in asked if each)


def _seen(scope: Scope, region: str) -> str:
    """What cases of the scope have, of those in a region: parts of the scope that lie elsewhere are not asked for, and
    nothing is where the whole region is part of it."""
    if any(region.startswith(prefix) for prefix in scope.regions):
        return ""
    there = [prefix for prefix in scope.regions if prefix.startswith(region)]
    return _any([*map(_region, there), *(f"=u{unit_id}" for unit_id in scope.units)])


def _term(term: Term) -> str:
    ways = [" & ".join(map(_quoted, pairs)) for pairs in (term.pairs, [f"#{each}" for each in term.pieces]) if pairs]
    return "(" + " | ".join(f"({way})" for way in ways) + ")"


def _narrowed(wanted: Wanted) -> Iterable[str]:
    marks = {
        "=o": wanted.whether is Whether.OPEN or (wanted.stage is not None and wanted.stage != "evaluate"),
        f"=f{wanted.family}": wanted.family is not None,
        f"=m{wanted.matter_id}": wanted.matter_id is not None,
        f"=u{wanted.unit_id}": bool(wanted.unit_id),
        **dict.fromkeys(_source(wanted.source), True),
        _region(wanted.region): wanted.region not in ("", CITY),
    }
    return [_quoted(mark) for mark, asked in marks.items() if asked and mark]


def _source(code: str) -> list[str]:
    """None of a code that could not stand among words; a list of such sources is narrowed by its rows alone."""
    return [f"=s{code}"] if code.isalnum() else []


def _region(prefix: str) -> str:
    """The mark of a place; of one within a level the level above it, "" for the whole country."""
    length = max((each for each in _LENGTHS if each <= len(prefix)), default=0)
    return f"=r{prefix[:length]}" if length else ""


def _any(marks: Sequence[str]) -> str:
    """One of them; "" where one of them says nothing, and a word that never is where there is none."""
    if not marks:
        return _quoted("=nobody")
    return "(" + " | ".join(map(_quoted, marks)) + ")" if all(marks) else ""


def _quoted(word: str) -> str:
    return "'" + word.replace("\\", "\\\\").replace("'", "''") + "'"
