"""Folders of Shotlog, where ``platformdirs`` has them; that package is not there yet.

``tests/installer/test_user_folders.py`` compares the two.
"""

from __future__ import annotations

from pathlib import Path

from shotlog_installer.machine import Machine, System

APP = "shotlog"


def data_folder(machine: Machine) -> Path:
    """Return the folder of the user's data: environment, models, what the installer keeps."""
    match machine.system:
        case System.WINDOWS:
            return _local(machine) / APP / APP
        case System.MACOS:
            default = machine.home / "Library" / "Application Support"
        case _:
            default = machine.home / ".local" / "share"
    return machine.folder("XDG_DATA_HOME", default) / APP


def shared_data_folder(machine: Machine) -> Path:
    """Return the folder of data for all users of the machine."""
    match machine.system:
        case System.WINDOWS:
            return program_data(machine) / APP / APP
        case System.MACOS:
            return machine.at("/Library/Application Support") / APP
        case _:
            return machine.at("/usr/local/share") / APP


def installer_folder(data: Path) -> Path:
    """Return the folder of what the installer keeps: its list, its log."""
    return data / "installer"


def manifest_file(data: Path) -> Path:
    """Return the file with the list of what was made."""
    return installer_folder(data) / "manifest.json"


def state_folder(machine: Machine) -> Path:
    """Return the folder of the user's state: daemons, journals."""
    if machine.system is System.LINUX:
        return machine.folder("XDG_STATE_HOME", machine.home / ".local" / "state") / APP
    if machine.system is System.MACOS:
        default = machine.home / "Library" / "Application Support"
        return machine.folder("XDG_STATE_HOME", default) / APP
    return data_folder(machine)


def config_folder(machine: Machine) -> Path:
    """Return the folder of the user's settings."""
    if machine.system is System.LINUX:
        return machine.folder("XDG_CONFIG_HOME", machine.home / ".config") / APP
    if machine.system is System.MACOS:
        default = machine.home / "Library" / "Application Support"
        return machine.folder("XDG_CONFIG_HOME", default) / APP
    return data_folder(machine)


def cache_folder(machine: Machine) -> Path:
    """Return the folder of what can be computed again."""
    match machine.system:
        case System.WINDOWS:
            return data_folder(machine) / "Cache"
        case System.MACOS:
            default = machine.home / "Library" / "Caches"
        case _:
            default = machine.home / ".cache"
    return machine.folder("XDG_CACHE_HOME", default) / APP


def log_folder(machine: Machine) -> Path:
    """Return the folder of log files."""
    match machine.system:
        case System.WINDOWS:
            return data_folder(machine) / "Logs"
        case System.MACOS:
            return machine.home / "Library" / "Logs" / APP
        case _:
            return state_folder(machine) / "log"


def program_data(machine: Machine) -> Path:
    """Return Windows' folder of data for all users."""
    return machine.folder("PROGRAMDATA", machine.at("/ProgramData"))


def program_files(machine: Machine) -> Path:
    """Return Windows' folder of programs."""
    return machine.folder("PROGRAMFILES", machine.at("/Program Files"))


def roaming(machine: Machine) -> Path:
    """Return Windows' folder of the user's data that follow to other machines."""
    return machine.folder("APPDATA", machine.home / "AppData" / "Roaming")


def _local(machine: Machine) -> Path:
    return machine.folder("LOCALAPPDATA", machine.home / "AppData" / "Local")
