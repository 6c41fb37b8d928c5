"""Finding cuts and gradual transitions between pictures."""
