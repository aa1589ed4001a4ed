"""Pure: the part of the document around the cursor, and the model's own infilling format."""
