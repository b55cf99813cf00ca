"""A linear model of the city's own past: which words speak for which matter.

A text is the tf-idf of its grams (sublinear, length one), a matter a column of weights; the decision is their product.
Plain arrays, read from a file without any code in it. No text of a report is in it and no list of people: the
vocabulary holds runs of at most three characters and single words that occur in at least `training.LEAST_REPORTS`
different reports, none with a digit, none from where a name stood (`text.impersonal`);
a name in the middle of a text may be such a run.
"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from civigrid.base.errors import Refused
from civigrid.classify.rules.calibration import Calibration
from civigrid.classify.rules.grams import Ints, Keys, Vocabulary, grams, spelt
from civigrid.classify.rules.reasons import strongest
from civigrid.classify.rules.text import whole

FORMAT = 1  # of the file; another one is not read
_ARRAYS = ("keys", "idf", "weights", "bias", "prior", "factors", "read", "right")

Floats = NDArray[np.float32]


@dataclass(frozen=True)
class Model:
    """`codes`: the matters it knows. `keys`, `idf`: by word; `weights`: words x matters; `bias`, `prior`: by matter.

    `facts`: when and from what it was trained and how good it was on reports it had not seen.
    """

    codes: tuple[str, ...]
    keys: Keys
    idf: Floats
    weights: Floats
    bias: Floats
    prior: Floats
    calibration: Calibration
    facts: Mapping[str, Any]

    @cached_property
    def _vocabulary(self) -> Vocabulary:
        return Vocabulary(self.keys)

    @cached_property
    def words(self) -> list[str]:
        return [spelt(int(key)) for key in self.keys]

    def read(self, texts: Sequence[tuple[str, str]]) -> sparse.csr_matrix:
        """(title, text) x words: tf-idf rows of length one, or empty where no word is known."""
        rows, keys = grams([whole(*text) for text in texts])
        numbers = self._vocabulary.find(keys)
        known = numbers >= 0
        return weighed(counted(rows[known], numbers[known], (len(texts), self.keys.size)), self.idf)

    def decisions(self, read: sparse.csr_matrix) -> Floats:
        """Texts x matters: how far on the matter's side of its border."""
        return np.asarray(read @ self.weights + self.bias, np.float32)

    def because(self, read: sparse.csr_matrix, matters: Ints) -> list[tuple[str, ...]]:
        """For each text the words that speak most for one matter: its place among `codes`, -1 for none."""
        rows = np.repeat(np.arange(read.shape[0]), np.diff(read.indptr))
        speak = matters[rows] >= 0
        rows, words, values = rows[speak], read.indices[speak], read.data[speak]
        scores = values * self.weights[words, matters[rows]]
        told = words.tolist()
        return strongest(read.shape[0], rows, scores.astype(np.float64), lambda entry: self.words[told[entry]])


def counted(rows: Ints, columns: Ints, shape: tuple[int, int]) -> sparse.csr_matrix:
    """How often each column occurs in each row; at most 255 times."""
    cells, times = np.unique(rows * shape[1] + columns, return_counts=True)
    starts = np.searchsorted(cells, np.arange(shape[0] + 1) * shape[1])
    counts = np.minimum(times, 255).astype(np.uint8)
    return sparse.csr_matrix((counts, (cells % max(shape[1], 1)).astype(np.int32), starts), shape=shape)


def weighed(counts: sparse.csr_matrix, idf: Floats) -> sparse.csr_matrix:
    """(1 + log(count)) * idf, each row of length one."""
    values = (1 + np.log(counts.data.astype(np.float32))) * idf[counts.indices]
    lengths = np.diff(counts.indptr)
    rows = np.repeat(np.arange(counts.shape[0]), lengths)
    norm = np.sqrt(np.bincount(rows, values * values, counts.shape[0]))
    values = (values / np.maximum(norm, 1e-9)[rows]).astype(np.float32)
    return sparse.csr_matrix((values, counts.indices, counts.indptr), shape=counts.shape)


def dumps(model: Model) -> bytes:
    """The file: a compressed npz; weights of 16 bits, which change no decision worth making."""
    head = {"format": FORMAT, "codes": model.codes, "facts": dict(model.facts)}
    calibration = model.calibration
    arrays = {
        **{name: getattr(model, name) for name in ("keys", "bias", "prior")},
        **{name: getattr(model, name).astype(np.float16) for name in ("idf", "weights")},
        **{name: getattr(calibration, name) for name in ("factors", "read", "right")},
    }
    file = io.BytesIO()
    np.savez_compressed(file, head=np.frombuffer(json.dumps(head).encode(), np.uint8), **arrays)
    return file.getvalue()


def loads(data: bytes) -> Model:
    """Refused("model_unreadable") for anything but what `dumps` of this format wrote."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            head = json.loads(file["head"].tobytes())
            arrays = {name: file[name] for name in _ARRAYS}
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise Refused("model_unreadable") from error
    if head.get("format") != FORMAT:
        raise Refused("model_unreadable")
    return _checked(head, arrays)


def _checked(head: Mapping[str, Any], arrays: Mapping[str, NDArray[Any]]) -> Model:
    words, matters = arrays["keys"].size, len(head["codes"])
    sizes = {"idf": (words,), "weights": (words, matters), "bias": (matters,), "prior": (matters,)}
    if any(arrays[name].shape != size for name, size in sizes.items()):
        raise Refused("model_unreadable")
    return Model(
        codes=tuple(head["codes"]),
        keys=arrays["keys"].astype(np.uint64),
        idf=arrays["idf"].astype(np.float32),
        weights=arrays["weights"].astype(np.float32),
        bias=arrays["bias"].astype(np.float32),
        prior=arrays["prior"].astype(np.float32),
        calibration=Calibration(*(arrays[name].astype(np.float64) for name in ("factors", "read", "right"))),
        facts=head["facts"],
    )
