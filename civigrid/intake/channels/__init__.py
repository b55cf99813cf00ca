"""One module a kind of door: each only parses what arrives to `RawReport`s. Storing is `intake.actions.record`."""
