"""AAF files."""
