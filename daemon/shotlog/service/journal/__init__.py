"""Jobs, their states and results, in one SQLite file."""
