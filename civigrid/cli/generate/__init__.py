"""`civigrid pack generate`: an invented city of any size, after the lists and the recipe of a pack. No Django here."""
