"""The pages: each view parses, reads inside the actor's scope or makes one call of `civigrid.flow.verbs`, and renders."""
