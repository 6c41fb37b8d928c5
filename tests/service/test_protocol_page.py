"""docs/protocol.md is up to date and complete."""

from __future__ import annotations

import re
from pathlib import Path

from docs.pages.protocol import page
from shotlog.service.protocol import REPLY_TYPES
from tests.service.messages_of_all_kinds import replies, requests

PAGE = Path(__file__).parents[2] / "docs" / "protocol.md"


def test_the_page_is_up_to_date() -> None:
    told = PAGE.read_text("utf-8")

    assert told == page(), "run: python -m docs.pages"


def test_every_field_of_every_message_is_explained() -> None:
    fields = page().partition("## Error codes")[0].splitlines()
    unexplained = [line for line in fields if re.match(r"\| `\w+` .*\|  \|$", line)]

    assert unexplained == []


def test_every_link_leads_somewhere() -> None:
    headings = {line.strip("#` ").lower() for line in page().splitlines() if line[:1] == "#"}

    assert set(re.findall(r"\]\(#([^)]+)\)", page())) <= headings


def test_every_request_has_an_answer_that_exists() -> None:
    assert set(REPLY_TYPES) == {type(body) for body in requests()}
    assert set(REPLY_TYPES.values()) <= {type(body) for body in replies()}
