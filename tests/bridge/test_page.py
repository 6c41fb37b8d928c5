"""The page about the bridge says what the messages say, and its example is a real session."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

from pydantic import TypeAdapter

from docs.pages.bridge import page
from docs.pages.example import session
from shotlog.bridge import REPLIES, Event, Reply, Request

ROOT = Path(__file__).parents[2]
CALLER = (ROOT / "tests" / "bridge" / "caller.py").read_text("utf-8")


def test_the_page_is_up_to_date() -> None:
    told = (ROOT / "docs" / "bridge.md").read_text("utf-8")

    assert told == page(CALLER), "run: python -m docs.pages"


def test_every_field_of_every_message_is_explained() -> None:
    fields = page(CALLER).partition("## Codes")[0].splitlines()

    assert [line for line in fields if re.match(r"\| `\w+` .*\|  \|$", line)] == []


def test_every_link_leads_somewhere() -> None:
    headings = {line.strip("#` ").lower() for line in page(CALLER).splitlines() if line[:1] == "#"}

    assert set(re.findall(r"\]\(#([^)]+)\)", page(CALLER))) <= headings


def test_every_request_has_an_answer_that_exists() -> None:
    assert set(REPLIES) == set(get_args(get_args(Request)[0]))
    assert set(REPLIES.values()) <= set(get_args(Reply))


def test_the_examples_requests_are_requests_and_its_answers_are_answers() -> None:
    reader: TypeAdapter[Request] = TypeAdapter(Request)
    for line, told in session():
        request = reader.validate_json(line.replace("\n", " "), strict=True)
        assert told[0].id == request.id
        assert type(told[0]) is REPLIES[type(request)]
        assert all(isinstance(event, get_args(Event)) for event in told[1:])
