"""Questions and edits of one window, streamed from the expert that answers."""
