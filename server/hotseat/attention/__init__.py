"""Where the person is, and which models that calls for. Pure: events and `now_s` in, Demand out.

`state` folds events, `forecast` turns the state into probabilities per language, `demand` turns
those into wants per model by the roster. Knows nothing of engines or memory.
"""
