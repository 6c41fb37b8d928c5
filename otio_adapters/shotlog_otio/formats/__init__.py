"""Timeline files: reading, repairing and saving .otio, .otioz and .otiod."""
