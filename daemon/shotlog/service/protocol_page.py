"""Makes ``docs/protocol.md`` from the messages: ``python -m shotlog.service.protocol_page PATH``.

What a field means stands in the docstring of its model and nowhere else; a test compares the page
with what this module makes.
"""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from fractions import Fraction
from pathlib import Path
from types import MappingProxyType, NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo
from pydantic_core import to_json

from shotlog.schema.base import Model
from shotlog.service import messages as m
from shotlog.service.refusals import MEANINGS
from shotlog.service.session import MISSES, PATIENCE, PING
from shotlog.service.wire import MESSAGE_BYTES

ANSWERS: Mapping[type[Model], type[Model]] = MappingProxyType({
    m.Hello: m.Welcome,
    m.Ping: m.Pong,
    m.Submit: m.JobInfo,
    m.Attach: m.JobInfo,
    m.Cancel: m.JobInfo,
    m.Results: m.ResultPart,
    m.ListJobs: m.JobList,
    m.Status: m.StatusReport,
    m.Metrics: m.MetricsText,
    m.Load: m.Ack,
    m.Unload: m.Ack,
    m.Pause: m.Ack,
    m.Resume: m.Ack,
    m.Check: m.Ack,
    m.Shutdown: m.Ack,
})  # fmt: skip
"""What each request is answered with, unless it is refused."""

_EVENTS = (m.JobInfo, m.ProgressEvent, m.Lagged, m.Goodbye)

_WORDS = {str: "text", int: "integer", float: "number", bool: "boolean", NoneType: "null",
          Fraction: "exact number", Any: "anything"}  # fmt: skip

_HEAD = f"""\
# The protocol of Shotlog's daemon, version {m.PROTOCOL[0]}.{m.PROTOCOL[1]}

<!-- Made by `python -m shotlog.service.protocol_page docs/protocol.md`; do not edit. -->

Python programs use `shotlog.Client` or `shotlog.AsyncClient`, and `shotlog.testing.FakeDaemon` in
their tests. This page is for those who write a client in another language, or want to know what
goes over the wire.

## Connecting

1. Read `connection.json` in the daemon's folder. `protocol` tells what the daemon speaks,
   `endpoint` where it listens, `server_key` its public key.
2. Connect a ZeroMQ DEALER socket to `endpoint`, with CURVE: `server_key`, and the key pair of this
   user's clients from `client.key` beside it. The daemon serves the keys of its list alone.
3. Send `hello` and wait for `welcome`. Any other request before it is refused.

A socket that is refused tells nothing; watch its monitor. `HANDSHAKE_FAILED_AUTH`: the daemon does
not know this key. `HANDSHAKE_FAILED_NO_DETAIL`: it has another key than the file says, or has just
died. `HANDSHAKE_FAILED_PROTOCOL`: something else listens there.

## A message

Three frames: `SHL1`, a header, a body. Header and body are JSON objects in UTF-8. A message has at
most {MESSAGE_BYTES:,} bytes (`limits.message_bytes` of `welcome`); ZeroMQ cuts a peer who
sends more without a word, so check before you send.

- A reply names its request in `reply_to`; an event answers nothing, there it is null.
- The daemon refuses fields, types and values that it does not know. A client must pass over
  fields and events that *it* does not know: another minor version only adds. To use a request or a
  field of one that came with a later minor (*since* below), look at `protocol` of `welcome` first.
- Times and rates are exact: `"24000/1001"` or `"25"`, never floating point, no exponents. A field
  of that type is called an *exact number* here.
- Ids of messages and jobs are 32 hexadecimal digits, chosen at random by who makes them.

## Nothing is lost

Every request may be sent again, with the same ids: a job that is submitted twice is one job. So a
client that hears nothing for {PING:.0f} s sends its request again; after {MISSES} times in vain it
opens a new socket, reads the connection file anew, says hello, and sends it once more, for
{PATIENCE:.0f} s in all. Events are hints and may be lost; the state of a job can be asked for
at any time with `attach`, and a client that watches one does so every {PING:.0f} s. That also
renews the lease of jobs that are not durable.
"""


def page() -> str:
    """The whole page, as Markdown."""
    requests, replies = (get_args(get_args(union)[0]) for union in (m.Request, m.Reply))
    parts = _below((m.Header, *requests, *replies))
    sections = [
        _HEAD,
        "## Header\n",
        _body(m.Header),
        "## Requests\n",
        *(f"### `{_kind(model)}`\n\n{_body(model)}{_answer(model)}" for model in requests),
        "## Replies and events\n",
        *(f"### `{_kind(model)}`\n\n{_said(model)}{_body(model)}" for model in replies),
        "## What they hold\n",
        *(f"### {part.__name__}\n\n{_body(part)}" for part in parts),
        "## Error codes\n",
        _codes(),
    ]
    return "\n".join(sections).rstrip() + "\n"


def _kind(model: type[Model]) -> str:
    return str(model.model_fields["type"].default)


def _answer(request: type[Model]) -> str:
    return f"\nAnswered with `{_kind(ANSWERS[request])}`.\n"


def _said(reply: type[Model]) -> str:
    requests = [f"`{_kind(request)}`" for request, answer in ANSWERS.items() if answer is reply]
    said = [f"Answers {', '.join(requests)}."] if requests else []
    if reply is m.Refused:
        said = ["Answers any request."]
    if reply in _EVENTS:
        said += ["An event."]
    return " ".join(said) + "\n\n"


def _body(kind: type[Model] | type[Enum]) -> str:
    """What a docstring says, and a table of the fields or values."""
    intro, meanings = _documented(kind)
    if issubclass(kind, Enum):
        return f"{intro}\n\nOne of: {', '.join(f'`{value.value}`' for value in kind)}.\n"
    rows = [
        f"| `{name}` | {_type(_annotation(field))} | {_default(field)} | {meanings.get(name, '')} |"
        for name, field in kind.model_fields.items()
        if name != "type"
    ]
    table = ["| field | type | default | meaning |", "|---|---|---|---|", *rows] if rows else []
    return "\n".join([intro, "", *table]).rstrip() + "\n"


def _documented(kind: type[Any]) -> tuple[str, dict[str, str]]:
    """A docstring's text, and its attributes by name, as Markdown."""
    text = re.sub(r":\w+:`(\w+)`", r"`\1`", inspect.getdoc(kind) or "").replace("``", "`")
    text = re.sub(r"\bNone\b", "null", text)
    intro, _, attributes = text.partition("\nAttributes:\n")
    found: dict[str, str] = {}
    for entry in re.split(r"\n(?=    \w)", "\n" + attributes):
        name, _, meaning = entry.strip().partition(": ")
        found[name] = " ".join(meaning.split())
    return intro.strip(), found


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
        return f"[`{_kind(kind)}`](#{_kind(kind)})"
    return f"[{kind.__name__}](#{kind.__name__.lower()})"


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return ""
    value = field.get_default(call_default_factory=True)
    return "its defaults" if isinstance(value, Model) else f"`{to_json(value).decode()}`"


def _below(models: Iterable[type[Model]]) -> list[type[Model] | type[Enum]]:
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


def _codes() -> str:
    rows = [
        f"| `{code.value}` | {what} | {hint} | {'yes' if retryable else ''} |"
        for code, (what, hint, retryable) in MEANINGS.items()
    ]
    return "\n".join(["| code | when | hint | retryable |", "|---|---|---|---|", *rows]) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8")
