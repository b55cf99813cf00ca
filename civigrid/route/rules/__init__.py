"""Whose duty a report is, and which units it may complain of. Values in, values out."""

from civigrid.route.rules.router import SURE, Duty, Limit, ProposalRow, Reason, Request, Router
from civigrid.route.rules.targets import Targets, UnitName

__all__ = ["SURE", "Duty", "Limit", "ProposalRow", "Reason", "Request", "Router", "Targets", "UnitName"]
