"""`hotseat bench team`: a team's server with real replicas, and the simulation beside it."""
