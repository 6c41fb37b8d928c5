"""Moments that stand out in an edit."""
