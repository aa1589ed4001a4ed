"""The `hotseat` command: one module for each command, with its name; `main` imports only the module
of the called command."""
