"""The residents' door: pages without sign-in. It may stand alone in front of the others: it imports nothing of theirs."""
