"""The files that a task may change: which those are, what they hold, and writing them."""
