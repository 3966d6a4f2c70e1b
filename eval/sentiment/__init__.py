"""The three tasks of the suite ``sentiment``, one module each: ``judge`` learns a set and scores it."""
