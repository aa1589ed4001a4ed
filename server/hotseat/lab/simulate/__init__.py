"""Replay of recorded switching histories on a simulated clock."""
