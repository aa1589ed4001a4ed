"""What is in the engine's memory, whose it is, and how much it can hold: learned from its lists."""
