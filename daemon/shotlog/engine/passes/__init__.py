"""Decode and measure: the read plan, the first pass, cuts, the second pass."""
