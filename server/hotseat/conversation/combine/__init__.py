"""One answer out of the parts that several experts write (select and join, do not blend)."""
