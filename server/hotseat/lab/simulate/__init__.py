"""Residency replayed over recorded switching histories on a simulated clock."""
