"""The order of a task's steps, and what to load and evict for each of them. Pure functions."""
