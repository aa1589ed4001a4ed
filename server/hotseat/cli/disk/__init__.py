"""Commands about what Hotseat has on disk: models, and everything that it writes."""
