"""The page for users: every tool is on it, and its examples are calls that are accepted."""

from __future__ import annotations

import json
import re
from pathlib import Path

from shotlog.mcp.tools import TOOLS

PAGE = Path(__file__).parents[2] / "docs" / "mcp.md"


def test_every_tool_is_on_the_page_with_an_example() -> None:
    _, *sections = re.split(r"^### ", PAGE.read_text(encoding="utf-8"), flags=re.M)
    assert [section.split("\n", 1)[0] for section in sections] == [tool.name for tool in TOOLS]
    for tool, section in zip(TOOLS, sections, strict=True):
        example, *more = map(json.loads, re.findall(r"```json\n(.*?)```", section, flags=re.S))
        assert tool.arguments.model_validate(example)
        for other in more:  # further arguments, or an answer
            model = tool.arguments if "picks" in other else tool.result
            assert model.model_validate(other)
