"""From clip ranges and folders to media: locating, probing, warnings."""
