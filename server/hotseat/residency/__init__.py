"""Which models are in memory, and the next step towards what is wanted. Pure.

`memory` estimates, `policy` decides, `lifecycle` says which moves exist, `scheduler` turns events
into effects. Knows nothing of languages, editors or HTTP.
"""
