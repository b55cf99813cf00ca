"""What is read for labelling and for learning, and the labels there are."""

from civigrid.classify.queries.finding import finder, matcher
from civigrid.classify.queries.labels import fresh, history, newest, newest_taught, taught
from civigrid.classify.queries.trained import AREA, file_of, model, models, used

__all__ = [
    "AREA",
    "file_of",
    "finder",
    "fresh",
    "history",
    "matcher",
    "model",
    "models",
    "newest",
    "newest_taught",
    "taught",
    "used",
]
