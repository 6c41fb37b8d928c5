"""What the docstrings and fields of models say, as Markdown, for the pages about a protocol."""

from __future__ import annotations

import inspect
import re
from collections.abc import Container, Iterable, Iterator
from enum import Enum
from fractions import Fraction
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import to_json

from shotlog.schema.base import Model

_WORDS = {str: "text", int: "integer", float: "number", bool: "boolean", NoneType: "null",
          Fraction: "exact number", Any: "anything"}  # fmt: skip


def kind_of(model: type[Model]) -> str:
    """What a message says in its field ``type``."""
    return str(model.model_fields["type"].default)


def body(kind: type[Model] | type[Enum], *, hidden: Container[str] = ("type",)) -> str:
    """What a docstring says, and a table of the fields or values.

    Args:
        kind: The model or enumeration.
        hidden: Fields that the page explains elsewhere.
    """
    intro, meanings = _documented(kind)
    if issubclass(kind, Enum):
        return f"{intro}\n\nOne of: {', '.join(f'`{value.value}`' for value in kind)}.\n"
    rows = [
        f"| `{name}` | {_type(_annotation(field))} | {_default(field)} | {meanings.get(name, '')} |"
        for name, field in kind.model_fields.items()
        if name not in hidden
    ]
    table = ["| field | type | default | meaning |", "|---|---|---|---|", *rows] if rows else []
    return "\n".join([intro, "", *table]).rstrip() + "\n"


def _documented(kind: type[Any]) -> tuple[str, dict[str, str]]:
    """A docstring's text, and its attributes by name, as Markdown."""
    intro, _, attributes = _markdown(inspect.getdoc(kind) or "").partition("\nAttributes:\n")
    found: dict[str, str] = {}
    if issubclass(kind, Model):
        for name, field in kind.model_fields.items():
            found[name] = " ".join(_markdown(field.description or "").split())
    for entry in re.split(r"\n(?=    \w)", "\n" + attributes):
        name, _, meaning = entry.strip().partition(": ")
        found[name] = " ".join(meaning.split())
    return intro.strip(), found


def _markdown(text: str) -> str:
    text = re.sub(r":\w+:`(\w+)`", r"`\1`", text).replace("``", "`")
    return re.sub(r"\bNone\b", "null", text)


def _annotation(field: FieldInfo) -> Any:
    """The type of a field, with what pydantic took off it put back."""
    return Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation


def _type(annotation: Any) -> str:
    origin, args = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return "id" if "pattern" in repr(args[1:]) else _type(args[0])
    if origin in (Union, UnionType):
        return " or ".join(_type(arg) for arg in args)
    if origin is Literal:
        return " or ".join(f"`{arg}`" for arg in args)
    if origin is dict:
        return f"object of {_type(args[1])}"
    if origin is tuple:
        each = args[0] if args[-1] is Ellipsis else None
        return f"list of {_type(each)}" if each else f"[{', '.join(map(_type, args))}]"
    return _WORDS.get(annotation) or _link(annotation)


def _link(kind: type[Model] | type[Enum]) -> str:
    if issubclass(kind, Model) and "type" in kind.model_fields:
        return f"[`{kind_of(kind)}`](#{kind_of(kind)})"
    return f"[{kind.__name__}](#{kind.__name__.lower()})"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return ""
    value = field.get_default(call_default_factory=True)
    return "its defaults" if isinstance(value, Model) else f"`{to_json(value).decode()}`"


def below(models: Iterable[type[Model]]) -> list[type[Model] | type[Enum]]:
    """Every model and enumeration that fields of these hold, in the order of their first use."""
    known = set(models)
    found: dict[type[Model] | type[Enum], None] = {}

    def visit(model: type[Model]) -> None:
        for field in model.model_fields.values():
            for part in _parts(field.annotation):
                if part not in found and part not in known:
                    found[part] = None
                    if issubclass(part, Model):
                        visit(part)

    for model in models:
        visit(model)
    return list(found)


def _parts(annotation: Any) -> Iterator[type[Model] | type[Enum]]:
    if isinstance(annotation, type) and issubclass(annotation, Model | Enum):
        yield annotation
    for inner in get_args(annotation):
        yield from _parts(inner)
