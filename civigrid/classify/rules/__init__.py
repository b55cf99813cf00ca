"""Which matter a report is about. Values in, values out."""

from civigrid.classify.rules.emergency import FIRST_CALLS, Emergency, FirstCall, Helper, urgency
from civigrid.classify.rules.finder import Finder
from civigrid.classify.rules.labels import Correction, Finding, How, LabelRow, judged, may_correct
from civigrid.classify.rules.matcher import Candidate, Matcher, MatterWords
from civigrid.classify.rules.model import Model

__all__ = [
    "FIRST_CALLS",
    "Candidate",
    "Correction",
    "Emergency",
    "Finder",
    "Finding",
    "FirstCall",
    "Helper",
    "How",
    "LabelRow",
    "Matcher",
    "MatterWords",
    "Model",
    "judged",
    "may_correct",
    "urgency",
]
