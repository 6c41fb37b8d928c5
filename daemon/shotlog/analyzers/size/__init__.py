"""Shot size from faces."""
