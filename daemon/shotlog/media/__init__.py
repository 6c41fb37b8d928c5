"""Files: probe, decode once, sound, cuts, content identity."""
