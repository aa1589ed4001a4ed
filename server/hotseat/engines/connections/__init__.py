"""Connections to engines on this machine: sockets without a transport, and those that are kept."""
