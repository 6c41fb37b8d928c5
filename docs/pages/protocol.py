"""The page about the daemon's protocol, made from its messages."""

from __future__ import annotations

from typing import get_args

from docs.pages.models import ModelPages, kind_of
from shotlog.schema import Model
from shotlog.service import protocol as m
from shotlog.service.client import MISSES, PATIENCE, PING

_EVENTS = (m.JobInfo, m.ProgressEvent, m.Lagged, m.Goodbye)

_HEAD = f"""\
# The protocol of Shotlog's daemon, version {m.PROTOCOL[0]}.{m.PROTOCOL[1]}

<!-- Made by `python -m docs.pages`; do not edit. -->

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
most {m.MAX_MESSAGE_BYTES:,} bytes (`limits.message_bytes` of `welcome`); ZeroMQ cuts a peer who
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
    """Return the whole page, as Markdown."""
    requests, replies = (get_args(get_args(union)[0]) for union in (m.Request, m.Reply))
    pages = ModelPages((m.Header, *requests, *replies))
    sections = [
        _HEAD,
        "## Header\n",
        pages.body(m.Header),
        "## Requests\n",
        *(f"### `{kind_of(each)}`\n\n{pages.body(each)}{_answer(each)}" for each in requests),
        "## Replies and events\n",
        *(f"### `{kind_of(each)}`\n\n{_said(each)}{pages.body(each)}" for each in replies),
        "## What they hold\n",
        *(f"### {name}\n\n{pages.body_of(name)}" for name in pages.parts()),
        "## Error codes\n",
        _codes(),
    ]
    return "\n".join(sections).rstrip() + "\n"


def _answer(request: type[Model]) -> str:
    return f"\nAnswered with `{kind_of(m.REPLY_TYPES[request])}`.\n"


def _said(reply: type[Model]) -> str:
    requests = [
        f"`{kind_of(request)}`" for request, answer in m.REPLY_TYPES.items() if answer is reply
    ]
    said = [f"Answers {', '.join(requests)}."] if requests else []
    if reply is m.Refused:
        said = ["Answers any request."]
    if reply in _EVENTS:
        said += ["An event."]
    return " ".join(said) + "\n\n"


def _codes() -> str:
    rows = [
        f"| `{code.value}` | {what} | {hint} | {'yes' if retryable else ''} |"
        for code, (what, hint, retryable) in m.ERROR_INFO.items()
    ]
    return "\n".join(["| code | when | hint | retryable |", "|---|---|---|---|", *rows]) + "\n"
