"""Pages of the units that solve things."""
