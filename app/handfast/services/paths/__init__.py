"""Certificate paths, host names, and constraints, as the peers judge them."""
