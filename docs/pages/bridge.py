"""The page about the bridge, made from its requests and answers."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from typing import get_args

from docs.pages.example import session
from docs.pages.models import Described, kind_of
from shotlog.bridge import CANCELLED, LINE_BYTES
from shotlog.bridge import replies as tell
from shotlog.bridge import requests as ask
from shotlog.schema import Model, errors
from shotlog.service.protocol import MEANINGS

_HEAD = f"""\
# The bridge, version {ask.BRIDGE}

<!-- Made by `python -m docs.pages`; do not edit. -->

`shotlog bridge` is for programs that have nothing but a standard library: scripts in an editor's
menu, panels in JavaScript or Lua. They start it and talk to it over its standard input and output;
it talks to the daemon, and starts one where none runs. Programs that can install packages use
`shotlog.Client`.

## Lines

One JSON object a line, UTF-8, ended by a line feed alone. What the bridge says is plain ASCII, with
`\\u` escapes. Nothing else ever comes on stdout; what a person should read when something is wrong
with the bridge itself goes to stderr, which may be thrown away but must not fill up unread.

- A request has a `type` and an `id` of the caller's choice, a text or an integer. What is said to
  it has the same `id`.
- Each request gets exactly one answer, in the order of the requests. `analyze` and `attach` are
  told more afterwards: `state`, `progress`, and at the very end one `done` or `failed`. Several may
  run at once, and a caller may ask other things meanwhile.
- A line that cannot be understood gets an `error`, with `id` null where even that could not be
  read; the bridge goes on. Unknown fields, kinds and types are refused. A line has at most
  {LINE_BYTES:,} bytes; what the bridge says may be longer.
- A caller must pass over fields and kinds that *it* does not know: they may be added at any time.
  `bridge` of `hello` is raised when something else changes.
- Frames are counted from 0, and a range does not include its `out`. Rates and speeds are exact:
  `[24000, 1001]`, `"24000/1001"`, `"23.976"` as a text (taken for 24000/1001) or a whole number,
  called an *exact number* below; a floating point number is refused. They are told as text.
- The bridge ends with its stdin. A job goes on if it is `durable`, and is cancelled if not. Where
  the daemon goes away it is started again, and its jobs go on; the caller is told a `notice`.
  Requests wait meanwhile.
- Read what the bridge says all the time. One that cannot get rid of its words stands still, and
  the daemon cancels the jobs of clients that are silent for half a minute, unless they are durable.
- What was paused stays so, also when the bridge has ended, until somebody says `resume`.

## A session

`>` is what the caller sends, `<` what it is told. Lines are broken here for reading.
"""

_CALLER = """\
## A caller

It needs Python 3.6 and its standard library. Editors set variables for their own Python that must
not reach another one. Where the script runs in the editor's own thread, read stdout in a thread of
your own, so that the editor does not stand still."""


def page(caller: str) -> str:
    """Return the whole page, as Markdown; ``caller`` is the source of the one that is shown."""
    requests = get_args(get_args(ask.Request)[0])
    answers, events = get_args(tell.Reply), get_args(tell.Event)
    described = Described((*requests, *answers, *events), hidden=("type", "id"))
    sections = [
        _HEAD,
        "\n".join(["```", *_session(), "```\n"]),
        f"{_CALLER}\n\n```python\n{caller.rstrip()}\n```\n",
        "## Requests\n",
        *(f"### `{kind_of(each)}`\n\n{described.body(each)}{_answer(each)}" for each in requests),
        "## Answers\n",
        *(f"### `{kind_of(each)}`\n\n{described.body(each)}" for each in answers),
        "## Events\n",
        *(f"### `{kind_of(each)}`\n\n{described.body(each)}" for each in events),
        "## What they hold\n",
        *(f"### {name}\n\n{described.body_of(name)}" for name in described.parts()),
        "## Codes\n",
        _codes(),
    ]
    return "\n".join(sections).rstrip() + "\n"


def _answer(request: type[Model]) -> str:
    return f"\nAnswered with `{kind_of(tell.REPLIES[request])}`.\n"


def _session() -> Iterator[str]:
    for request, told in session():
        yield f"> {request}"
        for said in told:
            text = said.model_dump_json(ensure_ascii=True)
            yield from (f"< {text}" if len(text) < 200 else _broken(said)).splitlines()


def _broken(said: tell.Reply | tell.Event) -> str:
    return f"< {said.model_dump_json(indent=1, ensure_ascii=True)}"


def _codes() -> str:
    """The daemon's codes, then those of our errors that a caller may meet."""
    rows = [
        f"| `{code.value}` | {what} | {hint} | {'yes' if retryable else ''} |"
        for code, (what, hint, retryable) in MEANINGS.items()
    ]
    rows.append(f"| `{CANCELLED}` | Somebody cancelled the job. | Run it again. | yes |")
    for base in (errors.TimelineError, errors.DaemonError):
        for kind in base.__subclasses__():
            if kind is not errors.DaemonRefused:  # told by the daemon's own code
                what = (inspect.getdoc(kind) or "").splitlines()[0]
                retry = "yes" if kind is errors.DaemonLost else ""
                rows.append(f"| `{kind.code()}` | {what} | {kind.hint} | {retry} |")
    return "\n".join(["| code | when | hint | retryable |", "|---|---|---|---|", *rows]) + "\n"
