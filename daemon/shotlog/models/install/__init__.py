"""Downloading, adding and verifying models."""
