"""``shotlog highlights``: find passages that can be shown alone, and explain a moment."""

from shotlog.cli.highlights.group import highlights

__all__ = ["highlights"]
