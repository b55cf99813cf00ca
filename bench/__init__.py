"""Figures of the running thing, each beside a ceiling measured in the same run: `make bench`."""
