"""The map: what an edition of the reference geometry shows, as vector tiles for browsers and as a drawing without them."""
