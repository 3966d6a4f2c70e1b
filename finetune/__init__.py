"""Training recipes, one readable file each. Nobody imports them."""
