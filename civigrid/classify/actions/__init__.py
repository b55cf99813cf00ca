"""What is done to labels and models. Every action joins the open transaction and takes a batch."""

from civigrid.classify.actions.correcting import correct
from civigrid.classify.actions.labelling import forget, label
from civigrid.classify.actions.trained import save_model, use_model

__all__ = ["correct", "forget", "label", "save_model", "use_model"]
