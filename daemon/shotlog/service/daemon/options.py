"""How a user wants the daemon to run: said once, and kept for every later start.

A daemon that is started on demand, after a crash or by ``restart`` must not silently read what
``--allow-root`` had forbidden. So the daemon itself remembers, in its folder, the options that it
was last started with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from pydantic import Field, ValidationError

from shotlog.schema import DaemonRefused, Model
from shotlog.service.protocol import DEFAULT_KEEP_ALIVE, IDLE_TIMEOUT, MAX_KEEP_ALIVE
from shotlog.service.runtime import WRITABLE_BY_OTHERS, DaemonPaths, read_private, replace_private


class Options(Model):
    """What is laid down for a daemon.

    Attributes:
        idle: Seconds without client and job until it ends, once no models are kept; 0: never.
        keep_alive: Seconds that models stay loaded where a client has no wish; negative: for ever.
        roots: Folders whose media may be read; empty: all.
        listen: The address where it listens.
        exposed: Whether other machines may connect.
        polite: Whether batch jobs wait while an editing program is at work.
    """

    idle: float = Field(IDLE_TIMEOUT, ge=0, le=MAX_KEEP_ALIVE, allow_inf_nan=False)
    keep_alive: float = Field(DEFAULT_KEEP_ALIVE, ge=-1, le=MAX_KEEP_ALIVE, allow_inf_nan=False)
    roots: tuple[Path, ...] = ()
    listen: str = "127.0.0.1"
    exposed: bool = False
    polite: bool = True

    def changed(self) -> dict[str, object]:
        """What is not as it is by default."""
        return {name: getattr(self, name) for name in self.model_dump(exclude_defaults=True)}


def remembered(places: DaemonPaths) -> Options:
    """What the last daemon was started with; the defaults where there was none.

    Raises:
        DaemonRefused: That cannot be read. It may have limited what is read, so nothing is guessed.
        NotAllowed: Others may write to it.
        DaemonFileUnusable: The file cannot be opened.
    """
    content = read_private(places.options, WRITABLE_BY_OTHERS)
    if content is None:
        return Options()
    try:
        return Options.model_validate_json(content)
    except ValidationError as error:
        raise DaemonRefused(
            str(places.options),
            "the options of the last start cannot be read",
            "Give them anew: shotlog daemon start --reset, with --allow-root and others as needed.",
        ) from error


def remember(places: DaemonPaths, options: Options) -> None:
    """Keeps options for later starts.

    Raises:
        DaemonFileUnusable: They cannot be written.
    """
    content = options.model_dump_json(indent=2, exclude_defaults=True).encode()
    if read_private(places.options, WRITABLE_BY_OTHERS) != content:
        replace_private(places.options, content)


def resolve(places: DaemonPaths, given: Mapping[str, object], *, reset: bool = False) -> Options:
    """What holds for a start: what was given, and for the rest what holds already.

    Args:
        places: Whose daemon.
        given: Values of :class:`Options` by name.
        reset: Whether what held until now is forgotten.

    Raises:
        DaemonRefused: A value is none that can be kept.
        DaemonError: See :func:`remembered`.
    """
    held = Options() if reset else remembered(places)
    try:
        return Options.model_validate(held.model_dump() | dict(given))
    except ValidationError as error:
        first = error.errors()[0]
        raise DaemonRefused(
            f"--{str(first['loc'][0]).replace('_', '-')}",
            f"{first['input']} cannot be: {first['msg'][:1].lower()}{first['msg'][1:]}",
            "Give another value; see: shotlog daemon start --help.",
        ) from error


def to_argv(given: Mapping[str, object]) -> Iterator[str]:
    """Options as the command line has them: ``--idle=60``, ``--no-polite``."""
    for name, value in given.items():
        said = "allow-root" if name == "roots" else name.replace("_", "-")
        if isinstance(value, bool):
            yield f"--{said}" if value else f"--no-{said}"
        elif isinstance(value, tuple):
            yield from (f"--{said}={one}" for one in value)
        else:
            yield f"--{said}={value}"
