"""`hotseat bench gateway`: agents' conversations on an engine alone, and through the gateway.

`switching.csv` holds the order of languages and the pauses of sixteen stretches of work in the
public histories of two projects, as facts: no path, no name, no text.
"""
