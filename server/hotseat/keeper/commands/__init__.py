"""What commands do to the memory of engines, with editor windows or without."""
