"""Which languages a question is about: by its code, its file names and its words. Pure."""
