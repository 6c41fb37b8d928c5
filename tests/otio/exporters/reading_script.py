"""A strict reader of the script for Blender, which does not run it."""

from __future__ import annotations

import ast
import re
from fractions import Fraction

from shotlog.schema import Edit
from tests.otio.exporters.reading import MarkerRead

_VALUES = ("TIMELINE", "RATE", "MARKERS")
_STATEMENTS = 10
"""Imports, values, functions and calls of every script: no text adds another."""


def read_blender(content: bytes, edit: Edit) -> list[MarkerRead]:
    """Every marker of a script, whose values are literals and whose code is always the same."""
    script = ast.parse(content.decode("ascii"))
    assert len(script.body) == _STATEMENTS
    values = {}
    for statement in script.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value) if name in _VALUES:
                values[name] = ast.literal_eval(value)
    assert Fraction(*values["RATE"]) == edit.rate
    assert isinstance(values["TIMELINE"], str)
    for frame, name in values["MARKERS"]:
        assert type(frame) is int
        assert len(name.encode()) <= 63
        assert not re.search(r"[\x00-\x1f\x7f]", name)
    return [MarkerRead(frame, 1, "", name, "") for frame, name in values["MARKERS"]]
