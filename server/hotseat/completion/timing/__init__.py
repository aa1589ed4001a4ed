"""Pure: how long a request waits for the next key."""
