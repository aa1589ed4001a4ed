"""The client of a team's server."""
