"""Questions and edits of one window, answered by a chosen expert as a stream."""
