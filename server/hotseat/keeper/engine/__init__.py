"""The keeper's side of the engine: connection, driver, and watching what it holds."""
