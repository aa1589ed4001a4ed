"""The gateway: Ollama's and OpenAI's API for other programs, answered by the experts.

Owns the routes and the choice of the expert for each request. It keeps models in memory as an
editor window does: through the keeper.
"""
