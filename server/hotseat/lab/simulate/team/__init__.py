"""Developers and replicas of a team's server in virtual time, by the server's own policy."""
