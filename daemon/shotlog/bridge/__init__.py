"""The bridge: JSON lines on stdio, for a caller that has only a standard library."""
