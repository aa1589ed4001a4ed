"""Measurements of Hotseat: benchmarks, evaluation on real code, and simulation.

May use pygls as a client; product code does not import it.
"""
