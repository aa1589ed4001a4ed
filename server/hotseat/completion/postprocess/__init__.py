"""Pure: where a suggestion ends, and how it is made to fit the text around the cursor."""
