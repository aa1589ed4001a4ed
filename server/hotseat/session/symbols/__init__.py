"""The symbol index of one window: the process that builds it, and how the window talks to it."""
