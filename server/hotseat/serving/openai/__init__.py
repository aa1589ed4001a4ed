"""OpenAI's API, translated to and from Ollama's: requests, answers, errors."""
