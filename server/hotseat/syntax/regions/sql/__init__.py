"""Whether a string holds SQL."""

from hotseat.syntax.regions.sql.texts import Hint, is_sql

__all__ = ["Hint", "is_sql"]
