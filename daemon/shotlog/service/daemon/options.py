"""Options of the daemon, stored in its folder and used again at every later start.

Options that no start was given are those of the user's settings.

A daemon that is started on demand, after a crash or by ``restart`` has no command line of the
user's. It must not lift a limit that the user has set, such as ``--allow-root``.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from pydantic import Field, ValidationError

from shotlog.schema import DaemonRefused, Model
from shotlog.service.protocol import DEFAULT_KEEP_ALIVE, IDLE_TIMEOUT, MAX_KEEP_ALIVE
from shotlog.service.runtime import WRITABLE_BY_OTHERS, DaemonPaths, read_private, replace_private
from shotlog.settings import load_settings


class DaemonOptions(Model):
    """Options of a daemon that its user may set.

    Attributes:
        idle: Seconds without clients and jobs after which it ends, once no model is loaded; 0 means
            never.
        keep_alive: Seconds that models are kept if no client names a keep-alive; negative means
            without limit.
        roots: Folders whose media may be read; empty means all.
        listen: IP address to bind.
        exposed: True if other machines may connect.
        polite: True if batch jobs wait while an editing program is busy.
    """

    idle: float = Field(IDLE_TIMEOUT, ge=0, le=MAX_KEEP_ALIVE, allow_inf_nan=False)
    keep_alive: float = Field(DEFAULT_KEEP_ALIVE, ge=-1, le=MAX_KEEP_ALIVE, allow_inf_nan=False)
    roots: tuple[Path, ...] = ()
    listen: str = "127.0.0.1"
    exposed: bool = False
    polite: bool = True

    def non_defaults(self) -> dict[str, object]:
        """Return the options that differ from their defaults, by name."""
        return {name: getattr(self, name) for name in self.model_dump(exclude_defaults=True)}


def default_options() -> DaemonOptions:
    """Return the options of a daemon that no start was given any: those of the user's settings.

    Raises:
        SettingsError: The settings have a fault.
    """
    own = load_settings().settings.daemon
    return DaemonOptions(idle=own.idle, keep_alive=own.keep_alive)


def load_options(paths: DaemonPaths) -> DaemonOptions:
    """Return the options of the last start over the defaults.

    Args:
        paths: Files of the daemon.

    Raises:
        DaemonRefused: The file is damaged.
        NotAllowed: Other users may write to the file.
        DaemonFileUnusable: The file cannot be opened.
        SettingsError: The settings have a fault.
    """
    content = read_private(paths.options, WRITABLE_BY_OTHERS)
    if content is None:
        return default_options()
    try:
        stored = DaemonOptions.model_validate_json(content)
    except ValidationError as error:
        # Not the defaults: the damaged options may have limited what is read.
        raise DaemonRefused(
            str(paths.options),
            "the options of the last start cannot be read",
            "Set them again: shotlog daemon start --reset, with --allow-root and others as needed.",
        ) from error
    given = {name: getattr(stored, name) for name in stored.model_fields_set}
    return default_options().model_copy(update=given)


def save_options(paths: DaemonPaths, options: DaemonOptions) -> None:
    """Save options for later starts.

    Raises:
        DaemonFileUnusable: They cannot be written.
    """
    # Without the defaults, so that a later version and the user's settings may change those.
    usual = dict(default_options())
    usual_names = {name for name, value in options if value == usual[name]}
    content = options.model_dump_json(indent=2, exclude=usual_names).encode()
    if read_private(paths.options, WRITABLE_BY_OTHERS) != content:
        replace_private(paths.options, content)


def resolve_options(
    paths: DaemonPaths, given: Mapping[str, object], *, reset: bool = False
) -> DaemonOptions:
    """Return the options of a start: the given ones over those of the last start.

    Args:
        paths: Files of the daemon.
        given: Values of :class:`DaemonOptions` by name.
        reset: True to take the defaults instead of the last start's.

    Raises:
        DaemonRefused: A value is invalid.
        DaemonError: As for :func:`load_options`.
    """
    base = default_options() if reset else load_options(paths)
    try:
        return DaemonOptions.model_validate(base.model_dump() | dict(given))
    except ValidationError as error:
        first = error.errors()[0]
        raise DaemonRefused(
            f"--{str(first['loc'][0]).replace('_', '-')}",
            f"{first['input']} is invalid: {first['msg'][:1].lower()}{first['msg'][1:]}",
            "Give another value; see: shotlog daemon start --help.",
        ) from error
