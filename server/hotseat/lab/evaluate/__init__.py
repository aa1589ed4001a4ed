"""How good suggestions are, measured on code that exists."""
