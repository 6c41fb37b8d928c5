"""The content of a new settings file: every setting with its description and default."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import tomlkit
from pydantic import BaseModel

from shotlog.settings.model import Settings

_WIDTH = 96

_HEAD = """\
# Settings of Shotlog. Lines that begin with # are comments: to change a setting, remove its # and
# write another value. See what holds, and why, with: shotlog config show
"""

_PROJECT_HEAD = """\
# Settings of Shotlog for the timelines in this folder and in the folders below it.
# All settings, and what holds here: shotlog config show
"""


def new_file(*, project: bool = False) -> str:
    """Return the text of a new settings file, in which nothing is set.

    Args:
        project: True for the file of a project, False for that of a user.
    """
    if project:
        return _PROJECT_HEAD
    return "\n".join([_HEAD, *_sections(), ""])


def _sections() -> Iterator[str]:
    for name, section in Settings.model_fields.items():
        kind = section.annotation
        assert isinstance(kind, type)  # noqa: S101
        assert issubclass(kind, BaseModel)  # noqa: S101
        yield f"[{name}]"
        yield from _comment(_texts(Settings)[name])
        values = kind().model_dump(mode="json")
        texts = _texts(kind)
        for key, value in values.items():
            if isinstance(value, Mapping):
                continue
            yield from _comment(texts[key])
            yield f"#{key} = {_spelled(value)}"
        yield ""
    yield "# Colours of markers, by editor: resolve, premiere, plain."
    yield "#[markers.colours.resolve]"
    yield from (f'#{name} = "{colour}"' for name, colour in _example_colours())


def _example_colours() -> Iterator[tuple[str, str]]:
    from shotlog.markers import PALETTE

    yield from ((family.value, colour) for family, colour in PALETTE.items())


def _comment(text: str) -> Iterator[str]:
    words = " ".join(text.split()).replace("`", "")
    yield from (f"# {line}" for line in textwrap.wrap(words, _WIDTH))


def _spelled(value: Any) -> str:
    return str(tomlkit.item(value).as_string())


@cache
def _texts(kind: type[BaseModel]) -> Mapping[str, str]:
    """Return the texts below the fields of a model, which Python itself does not keep."""
    texts: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            (found,) = ast.parse(textwrap.dedent(inspect.getsource(base))).body
            assert isinstance(found, ast.ClassDef)  # noqa: S101
            for field, text in zip(found.body, found.body[1:], strict=False):
                match field, text:
                    case (
                        ast.AnnAssign(target=ast.Name(id=name)),
                        ast.Expr(value=ast.Constant(value=str(words))),
                    ):
                        texts[name] = words
    return texts
