"""Django's engine for PostgreSQL with one thing of its own, see `base`. Django asks for a package with this module in it."""
