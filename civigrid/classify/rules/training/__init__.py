"""Learning a model from a city's past. Only whoever trains imports this: it brings scikit-learn.

Linear support vectors, one matter against the rest, on tf-idf of grams chosen by chi-square. Calibration is fitted on
decisions about reports of other folds; the figures come from the newest reports, which nothing was fitted on; then the
model is fitted once more with these too. The model's file holds no text and nothing of a person, see `rules.model`.
"""

from civigrid.classify.rules.training.figures import Answers, Figures, answers, figures, macro_f1
from civigrid.classify.rules.training.learning import STEPS, Compared, Learnt, Study, compare, learn, told

__all__ = [
    "STEPS",
    "Answers",
    "Compared",
    "Figures",
    "Learnt",
    "Study",
    "answers",
    "compare",
    "figures",
    "learn",
    "macro_f1",
    "told",
]
