"""Where a track's samples are (the tables of ISO/IEC 14496-12, 8.7), to overwrite them: a camera's way, point by point."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise, repeat

from civigrid.base.files.reader import Bytes, broken

Span = tuple[int, int]  # from, to
_PIECE = 3 << 14  # whole numbers of 1, 2, 4 and 8 bytes
_MOST_RUNS = 100_000


def blank_samples(data: Bytes, tables: Mapping[bytes, Span], media: Sequence[Span]) -> None:
    """Zeros over every sample of the track. They must lie in the film's media, each byte at most once in all."""
    left = data.size
    for start, size in _chunks(data, tables):
        left -= size
        if left < 0 or not any(first <= start and start + size <= last for first, last in media):
            raise broken()
        data.blank(start, start + size)


def _chunks(data: Bytes, tables: Mapping[bytes, Span]) -> Iterator[Span]:
    """(where a run of samples starts, its size)."""
    place = tables.get(b"stco") or tables.get(b"co64")
    if place is None:
        return
    starts = _list(data, place, 4, 4 if b"stco" in tables else 8)
    sizes = _sizes(data, tables)
    for start, number in zip(starts, _per_chunk(data, tables), strict=False):
        if number:
            yield start, sizes.total(number)


def _list(data: Bytes, table: Span, skipped: int, width: int) -> Iterator[int]:
    """The numbers of a table: after `skipped` bytes their count, then they, `width` bytes each."""
    start, end = table
    count = data.number(start + skipped, 4)
    first = start + skipped + 4
    return _numbers(data, first, first + count * width, end, width)


def _numbers(data: Bytes, first: int, last: int, end: int, width: int) -> Iterator[int]:
    if last > end:
        raise broken()
    data.step((last - first) // width)
    for piece in data.pieces(first, last, _PIECE):
        for place in range(0, len(piece), width):
            yield int.from_bytes(piece[place : place + width], "big")


def _per_chunk(data: Bytes, tables: Mapping[bytes, Span]) -> Iterator[int]:
    """How many samples each chunk has, in order; the last number holds for all that follow."""
    if b"stsc" not in tables:
        raise broken()
    start, end = tables[b"stsc"]
    count = data.number(start + 4, 4)
    if not 0 < count <= _MOST_RUNS:
        raise broken()
    numbers = _numbers(data, start + 8, start + 8 + count * 12, end, 4)
    runs = [(first, each) for first, each, _ in zip(numbers, numbers, numbers, strict=True)]
    if runs[0][0] != 1 or any(following <= first for (first, _), (following, _) in pairwise(runs)):
        raise broken()
    for (first, each), (following, _) in pairwise(runs):
        yield from repeat(each, following - first)
    yield from repeat(runs[-1][1])


class _Sizes:
    """Sizes of samples, taken in order. `fixed` is that of each; 0: they are in `several`."""

    def __init__(self, fixed: int, several: Iterator[int]) -> None:
        self.fixed, self.several = fixed, several

    def total(self, number: int) -> int:
        """Bytes of the next `number` samples."""
        return self.fixed * number if self.fixed else sum(islice(self.several, number))


def _sizes(data: Bytes, tables: Mapping[bytes, Span]) -> _Sizes:
    if b"stsz" in tables:
        table = tables[b"stsz"]
        fixed = data.number(table[0] + 4, 4)
        return _Sizes(fixed, iter(()) if fixed else _list(data, table, 8, 4))
    if b"stz2" not in tables:
        raise broken()
    table = tables[b"stz2"]
    bits = data.number(table[0] + 7, 1)
    if bits not in (8, 16):
        raise broken()
    return _Sizes(0, _list(data, table, 8, bits // 8))
