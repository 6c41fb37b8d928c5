"""Tests of what is kept of a reframing to look at."""
