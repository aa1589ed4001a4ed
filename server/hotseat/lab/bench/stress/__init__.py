"""Windows that type on a real engine for a long time: with signals to processes, and without."""
