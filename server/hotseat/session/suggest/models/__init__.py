"""What a window has observed of the models that it asks: their facts, slots and silence."""
