"""The demo shop: a written spec and a seeded generator that writes feed files only."""
