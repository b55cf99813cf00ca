"""Civigrid: a civic operations platform for a city."""

__version__ = "0.1.0"
