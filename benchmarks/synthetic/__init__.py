"""Rendered takes of every camera move: what the move classifier is fitted on and tested with."""
