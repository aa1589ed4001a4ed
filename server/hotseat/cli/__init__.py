"""The `hotseat` command: one file a command, named after it; `main` imports only the one called."""
