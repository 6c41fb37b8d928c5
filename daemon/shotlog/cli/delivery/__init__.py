"""Commands for finished clips."""

from __future__ import annotations
"""Commands that deliver finished clips; each is a module."""

__all__: list[str] = []
