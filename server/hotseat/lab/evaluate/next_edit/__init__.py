"""`hotseat bench next-edit`: real commits, replayed hunk by hunk, with an offer after each."""
