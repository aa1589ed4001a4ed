"""Where the user works, and which models that needs. Pure: events and `now_s` in, Demand out.

`state` folds events, `forecast` turns the state into probabilities per language, `demand` turns
those into wants per model by the roster. Knows nothing of engines or memory.
"""
