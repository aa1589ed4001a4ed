"""SQLite files in the user's data directory: measured sizes, habits, outcomes of suggestions."""
