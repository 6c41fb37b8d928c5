"""Learning: from finished edits, from corrections of editors, from labelled clips."""

from __future__ import annotations

__all__: list[str] = []
