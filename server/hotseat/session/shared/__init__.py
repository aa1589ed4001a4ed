"""Small parts that `suggest`, `chat` and the session itself use."""
