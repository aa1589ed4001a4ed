"""Tasks of one window: their plans, their steps one after the other, the review, the journal."""
