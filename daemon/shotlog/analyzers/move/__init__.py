"""Camera moves from motion."""
