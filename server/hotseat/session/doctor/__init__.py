"""The checks of `hotseat doctor`: what could keep Hotseat from working, and what to do."""
