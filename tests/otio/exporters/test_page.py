"""docs/exports.md is up to date."""

from __future__ import annotations

from pathlib import Path

from docs.pages.exports import page


def test_the_page_is_up_to_date() -> None:
    told = Path(__file__).parents[3] / "docs" / "exports.md"
    assert told.read_text(encoding="utf-8") == page(), "run: python -m docs.pages"
