"""The demo: a film whose truth is known, its timeline, and a comparison of findings with it."""
