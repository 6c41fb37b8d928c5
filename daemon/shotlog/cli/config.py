"""``shotlog config``: show, change and edit the settings."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from shotlog.cli.options import ANY_PATH, json_option
from shotlog.cli.output import SafeLine, print_json, say, terminal, titled_table
from shotlog.files import replace_file
from shotlog.paths import config_file
from shotlog.schema import SettingsError, SettingsUnreadable
from shotlog.settings import (
    LoadedSettings,
    Settings,
    check_file,
    known_keys,
    load_settings,
    new_file,
    parse_key,
    parse_value,
    set_value,
    settings_file_for,
    spell_value,
    unset_value,
)

_project_option = click.option(
    "--project",
    type=ANY_PATH,
    metavar="PATH",
    help="The settings of this project, named by its folder or a timeline in it.",
)


@click.group()
def config() -> None:
    """Show, change and edit the settings.

    Settings are read from your own file, config.toml, and from a project's file, .shotlog.toml,
    in the folder of a timeline or a folder above it. An option of a command wins over an
    environment variable, that over the project's file, that over your own, and that over the
    default. The variable of markers.length is SHOTLOG_MARKERS_LENGTH, and so on.

    \b
    shotlog config set analysis.device cpu
    shotlog config set markers.length 24 --project .
    shotlog config show
    """


@config.command()
@_project_option
@json_option
def show(project: Path | None, as_json: bool) -> None:
    """Show every setting with its value and the place that it comes from.

    Without --project, the project is that of the current folder, if there is one.
    """
    loaded = load_settings(project or Path.cwd())
    keys = [*known_keys(), *(key for key in loaded.origins if key not in known_keys())]
    if as_json:
        print_json({
            "user": str(loaded.user) if loaded.user else None,
            "project": str(loaded.project) if loaded.project else None,
            "settings": [_fact(loaded, key) for key in keys],
        })  # fmt: skip
        return
    table = titled_table("Settings")
    for name in ("setting", "value", "from"):
        table.add_column(name, no_wrap=name == "setting", overflow="fold")
    for key in keys:
        value, origin = _value(loaded.settings, key), loaded.origin(key)
        if value is None:
            continue  # a colour that was not chosen
        default = origin.kind == "default"
        place = origin.kind if default else f"{origin.kind}: {origin.place}"
        table.add_row(
            ".".join(key), SafeLine(spell_value(value)), place, style="dim" if default else ""
        )
    terminal().print(table)
    say(f"your settings: {loaded.user or 'none, as this user has no home'}")
    say(f"project: {loaded.project or 'none here'}")


@config.command()
@click.argument("key")
@_project_option
@json_option
def get(key: str, project: Path | None, as_json: bool) -> None:
    """Print the value of a setting that is in force, such as markers.length."""
    name = parse_key(key)
    loaded = load_settings(project or Path.cwd())
    if as_json:
        print_json(_fact(loaded, name))
        return
    value = _value(loaded.settings, name)
    say(value if isinstance(value, str) else "" if value is None else spell_value(value))


@config.command("set", context_settings={"ignore_unknown_options": True})
@click.argument("key")
@click.argument("value")
@_project_option
def set_(key: str, value: str, project: Path | None) -> None:
    """Change a setting in your own file, or in that of a project.

    The VALUE is checked before the file is written. Comments in the file are kept. A list is
    written as a,b or ["a", "b"].

    \b
    shotlog config set analysis.models builtin
    shotlog config set markers.colours.resolve.shot Mint
    shotlog config set markers.length 24 --project ~/films/reel1
    """
    path, name = _file(project), parse_key(key)
    set_value(path, name, parse_value(value), project=project is not None)
    say(f"{'.'.join(name)} is set in {path}")
    _tell_more(name, project)


@config.command()
@click.argument("key")
@_project_option
def unset(key: str, project: Path | None) -> None:
    """Remove a setting from a file, so that the default holds again."""
    path = _file(project)
    name = parse_key(key, known=False)
    if unset_value(path, name):
        say(f"{'.'.join(name)} is no longer set in {path}")
        _tell_more(name, project)
    else:
        say(f"{'.'.join(name)} was not set in {path}")


@config.command()
@_project_option
def path(project: Path | None) -> None:
    """Print the path of your settings file, or of a project's; it need not exist."""
    say(str(_file(project)))


@config.command()
@_project_option
def edit(project: Path | None) -> None:
    """Open a settings file in your editor, and check it afterwards.

    The editor is that of $VISUAL or $EDITOR, else the system's own. A new file names every setting
    with its default.
    """
    path = _file(project)
    if not os.path.lexists(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, new_file(project=project is not None).encode())
    # On Windows click's own choice is Notepad; elsewhere it would be an editor in the terminal.
    if os.environ.get("VISUAL") or os.environ.get("EDITOR") or sys.platform == "win32":
        click.edit(filename=str(path))
        check_file(path, project=project is not None)
        say(f"{path}: all settings are right")
        return
    _open(path)
    say(f"opened {path}; to check it when it is saved: shotlog config show")


def _open(path: Path) -> None:
    """Open a file in the editor of the desktop, without waiting for it."""
    # -t: on macOS no program opens .toml files.
    command = ["open", "-t"] if sys.platform == "darwin" else ["xdg-open"]
    try:
        code = subprocess.run([*command, str(path)], check=False).returncode  # noqa: S603
    except OSError:
        code = 1
    if code:
        raise SettingsUnreadable(
            str(path),
            "no program was found that opens it",
            "Name your editor in the variable EDITOR, or open the file by hand.",
        )


def _file(project: Path | None) -> Path:
    """Return the file that a command is about."""
    if project is None:
        return config_file()
    try:
        return settings_file_for(project)
    except NotADirectoryError as error:
        raise click.BadParameter(str(error), param_hint="--project") from error


def _fact(loaded: LoadedSettings, key: tuple[str, ...]) -> dict[str, Any]:
    value, default = _value(loaded.settings, key), _value(Settings(), key)
    origin = loaded.origin(key)
    return {
        "key": ".".join(key), "value": value, "default": default, "from": origin.kind,
        "place": origin.place or None,
    }  # fmt: skip


def _value(settings: Settings, key: tuple[str, ...]) -> Any:
    value: Any = settings.model_dump(mode="json")
    for name in key:
        value = value.get(name) if isinstance(value, dict) else None
    return value


def _tell_more(key: tuple[str, ...], project: Path | None) -> None:
    """Tell where the value in force here is another than the one in the file that was changed."""
    written = "user" if project is None else "project"
    with suppress(SettingsError):  # another file has a fault; this one was changed rightly
        origin = load_settings(project or Path.cwd()).origin(key)
        if origin.kind in ("environment", "project") and origin.kind != written:
            say(f"but here the {origin.kind} wins: {origin.place}", stderr=True)
    if key[0] == "daemon":
        say("it holds from the next start of the daemon: shotlog daemon restart")
