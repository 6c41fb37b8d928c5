"""Models as Markdown: the description and the fields of their JSON schema."""

from __future__ import annotations

import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from typing import Any

from pydantic.json_schema import models_json_schema

from shotlog.schema import Model

_Schema = Mapping[str, Any]

_WORDS = {"string": "text", "integer": "integer", "number": "number", "boolean": "boolean",
          "null": "null"}  # fmt: skip


def kind_of(model: type[Model]) -> str:
    """Return the value of a message's field ``type``."""
    return str(model.model_fields["type"].default)


class Described:
    """The descriptions of messages, and of everything that their fields hold.

    Args:
        messages: Models that have a section of their own on the page.
        hidden: Fields that the page explains elsewhere.
    """

    def __init__(self, messages: Iterable[type[Model]], hidden: Container[str] = ("type",)) -> None:
        told = list(dict.fromkeys(messages))
        # As they are written: a field that is not told is not described.
        names, schema = models_json_schema(
            [(model, "serialization") for model in told], ref_template="{model}"
        )
        self._all: Mapping[str, _Schema] = schema["$defs"]
        self._names = {model: str(names[model, "serialization"]["$ref"]) for model in told}
        self._kinds = {
            name: kind_of(model)
            for model, name in self._names.items()
            if "type" in model.model_fields
        }
        self._hidden = hidden

    def body(self, message: type[Model]) -> str:
        """Return the description of a message, and a table of its fields."""
        return self.body_of(self._names[message], self._hidden)

    def body_of(self, name: str, hidden: Container[str] = ()) -> str:
        """Return the description of a part by its name, and its fields or values."""
        part = self._all[name]
        intro = _markdown(part.get("description", ""))
        if "enum" in part:
            return f"{intro}\n\nOne of: {', '.join(f'`{value}`' for value in part['enum'])}.\n"
        rows = [
            f"| `{field}` | {self._type(is_)} | {_default(is_)} | {self._meaning(is_)} |"
            for field, is_ in part.get("properties", {}).items()
            if field not in hidden
        ]
        table = ["| field | type | default | meaning |", "|---|---|---|---|", *rows] if rows else []
        return "\n".join([intro, "", *table]).rstrip() + "\n"

    def parts(self) -> list[str]:
        """Return the names of what fields hold and is no message, in order of first use."""
        found: dict[str, None] = {}
        known = set(self._names.values())

        def visit(schema: _Schema) -> None:
            for name in _references(schema):
                if name not in found and name not in known:
                    found[name] = None
                    visit(self._all[name])

        for name in self._names.values():
            visit(self._all[name])
        return list(found)

    def _meaning(self, field: _Schema) -> str:
        # pydantic leaves out the meaning of a field that is the description of its model.
        told = field.get("description") or self._all[field["$ref"]]["description"]
        return " ".join(_markdown(told).split())

    def _type(self, is_: _Schema) -> str:
        match is_:
            case {"$ref": name}:
                kind = self._kinds.get(name)
                return f"[`{kind}`](#{kind})" if kind else f"[{name}](#{name.lower()})"
            case {"anyOf": either}:
                return " or ".join(map(self._type, either))
            case {"const": value}:
                return f"`{value}`"
            case {"enum": values}:
                return " or ".join(f"`{value}`" for value in values)
            case {"format": "fraction"}:
                return "exact number"
            case {"pattern": _}:
                return "id"
            case {"prefixItems": each}:
                return f"[{', '.join(map(self._type, each))}]"
            case {"items": each}:
                return f"list of {self._type(each)}"
            case {"additionalProperties": dict(each)}:
                return f"object of {self._type(each)}"
            case {"type": str(word)}:
                return _WORDS[word]
        raise ValueError(f"a type that pages cannot tell: {is_}")


def _default(field: _Schema) -> str:
    if "default" not in field:
        return ""
    value = field["default"]
    return (
        "its defaults"
        if isinstance(value, dict)
        else f"`{json.dumps(value, separators=(',', ':'))}`"
    )


def _references(schema: Any) -> Iterator[str]:
    """Every name that a schema refers to."""
    if isinstance(schema, Mapping):
        if isinstance(name := schema.get("$ref"), str):
            yield name
        schema = list(schema.values())
    if isinstance(schema, list):
        for inner in schema:
            yield from _references(inner)


def _markdown(text: str) -> str:
    """Return a docstring in the words of JSON, its names as code."""
    text = re.sub(r":\w+:`(\w+)`", r"`\1`", text).replace("``", "`")
    return re.sub(r"\bNone\b", "null", text)
