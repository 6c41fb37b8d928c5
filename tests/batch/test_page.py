"""docs/batch.md is up to date and complete."""

from __future__ import annotations

import re
from pathlib import Path

from docs.pages.batch import page

PAGE = Path(__file__).parents[2] / "docs" / "batch.md"


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text("utf-8") == page(), "run: python -m docs.pages"


def test_every_field_of_every_file_and_event_is_explained() -> None:
    assert [line for line in page().splitlines() if re.match(r"\| `\w+` .*\|  \|$", line)] == []


def test_every_link_leads_somewhere() -> None:
    headings = {line.strip("#` ").lower() for line in page().splitlines() if line[:1] == "#"}
    assert set(re.findall(r"\]\(#([^)]+)\)", page())) <= headings
