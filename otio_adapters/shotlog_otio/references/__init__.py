"""Media references: URLs, patterns, and finding the files."""
