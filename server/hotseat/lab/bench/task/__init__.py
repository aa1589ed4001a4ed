"""`hotseat bench task`: how long a task waits for models, and what its arms write."""
