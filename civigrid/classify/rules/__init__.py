"""Which matter a report is about. Values in, values out."""

from civigrid.classify.rules.emergency import Emergency, urgency
from civigrid.classify.rules.labels import How, LabelRow, judged
from civigrid.classify.rules.matcher import Candidate, Matcher, MatterWords

__all__ = ["Candidate", "Emergency", "How", "LabelRow", "Matcher", "MatterWords", "judged", "urgency"]
