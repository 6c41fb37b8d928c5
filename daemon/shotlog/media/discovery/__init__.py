"""Searching folders for media."""
