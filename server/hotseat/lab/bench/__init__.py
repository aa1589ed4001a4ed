"""The cost of Hotseat in time and memory, measured with real processes."""
