"""One module a suite; each has ``run(plan) -> Outcome``."""
