"""Models as Markdown: the description and the fields of their JSON schema.

The meaning of a field is the text below it in the source. It is read here, by griffe, and not by
pydantic (``use_attribute_docstrings``), which would read it at every import of a model.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Container, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import griffe
from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from shotlog.schema import Model

_Schema = Mapping[str, Any]

_TYPE_NAMES = {"string": "text", "integer": "integer", "number": "number", "boolean": "boolean",
          "null": "null"}  # fmt: skip


def kind_of(model: type[Model]) -> str:
    """Return the value of a message's field ``type``."""
    return str(model.model_fields["type"].default)


@cache
def _module(path: Path) -> griffe.Module | griffe.Alias:
    return griffe.visit(path.stem, filepath=path, code=path.read_text("utf-8"))


def _field_texts(model: type[BaseModel]) -> Mapping[str, str]:
    """Return the texts below the fields of a model, inherited fields included, by JSON name."""
    texts: dict[str, str] = {}
    for base in reversed(model.__mro__):
        if issubclass(base, BaseModel) and base is not BaseModel:
            members = _module(Path(inspect.getfile(base)))[base.__qualname__].members
            texts |= {
                n: member.docstring.value for n, member in members.items() if member.docstring
            }
    fields = model.model_fields.items()
    return {field.alias or name: texts[name] for name, field in fields if name in texts}


class _WithFieldTexts(GenerateJsonSchema):
    """JSON schema whose properties have the text below the field as ``description``."""

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        made = super().model_schema(schema)
        for name, text in _field_texts(schema["cls"]).items():
            if name in made.get("properties", {}):
                made["properties"][name]["description"] = text
        return made


class ModelPages:
    """Descriptions of messages, and of all models that their fields refer to.

    Args:
        messages: Models that have a section of their own on the page.
        hidden: Fields that the page explains elsewhere.
    """

    def __init__(self, messages: Iterable[type[Model]], hidden: Container[str] = ("type",)) -> None:
        models = list(dict.fromkeys(messages))
        # In serialization mode, so that fields that are never written are not described.
        names, schema = models_json_schema(
            [(model, "serialization") for model in models],
            ref_template="{model}",
            schema_generator=_WithFieldTexts,
        )
        self._all: Mapping[str, _Schema] = schema["$defs"]
        self._names = {model: str(names[model, "serialization"]["$ref"]) for model in models}
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
        """Return the description of a model or enumeration, and its fields or values."""
        part = self._all[name]
        intro = _markdown(part.get("description", ""))
        if "enum" in part:
            return f"{intro}\n\nOne of: {', '.join(f'`{value}`' for value in part['enum'])}.\n"
        rows = [
            f"| `{name}` | {self._type(field)} | {_default(field)} | {_meaning(field)} |"
            for name, field in part.get("properties", {}).items()
            if name not in hidden
        ]
        table = ["| field | type | default | meaning |", "|---|---|---|---|", *rows] if rows else []
        return "\n".join([intro, "", *table]).rstrip() + "\n"

    def parts(self) -> list[str]:
        """Return the names of all models and enumerations but messages, in order of use."""
        parts: dict[str, None] = {}  # a set that keeps its order
        messages = set(self._names.values())

        def visit(schema: _Schema) -> None:
            for name in _references(schema):
                if name not in parts and name not in messages:
                    parts[name] = None
                    visit(self._all[name])

        for name in self._names.values():
            visit(self._all[name])
        return list(parts)

    def _type(self, field: _Schema) -> str:
        match field:
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
            case {"type": str(kind)}:
                return _TYPE_NAMES[kind]
        raise ValueError(f"no Markdown for this type: {field}")


def _meaning(field: _Schema) -> str:
    return " ".join(_markdown(field.get("description", "")).split())


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
    """Yield every name that a schema refers to."""
    if isinstance(schema, Mapping):
        if isinstance(name := schema.get("$ref"), str):
            yield name
        schema = list(schema.values())
    if isinstance(schema, list):
        for inner in schema:
            yield from _references(inner)


def _markdown(text: str) -> str:
    """Return a docstring as Markdown, with the terms of JSON."""
    text = re.sub(r":\w+:`(\w+)`", r"`\1`", text).replace("``", "`")
    return re.sub(r"\bNone\b", "null", text)
