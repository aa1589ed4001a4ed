"""This machine: what differs between platforms, and which connections may leave it. The lowest room
that reads the environment; knows no engine and no roster."""
