"""The same experts for many developers, on Ray Serve.

Only `deployment` and `daemon` import Ray. Everything else runs, and is tested, without it.
"""
