"""Delivery of finished clips: one room for each stage."""

from __future__ import annotations

__all__: list[str] = []
