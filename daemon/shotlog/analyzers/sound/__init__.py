"""Loudness and speech."""
