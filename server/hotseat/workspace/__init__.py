"""The user's files on disk: git history, watching for changes, learning habits from both."""
