"""What Hotseat costs in time and memory, measured with real processes."""
