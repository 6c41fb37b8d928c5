"""Errors of this machine and of the files with which users set up Shotlog."""

from __future__ import annotations

from shotlog.schema.errors import ShotlogError


class KeyringUnusable(ShotlogError):
    """The system has no keyring that keeps secrets, or it is locked."""

    message = "this machine has no keyring that can keep a token"
    hint = "Unlock the keyring of this system, or install one: see the package keyring."


class HomeMissing(ShotlogError):
    """This user has no home folder, and no variable names another place."""

    message = "there is no folder to keep files in"
    hint = "Set HOME to your home folder."


class SettingsError(ShotlogError):
    """The settings cannot be used."""


class SettingsUnreadable(SettingsError):
    """A settings file cannot be read or written, or is no TOML."""

    message = "the settings cannot be read"
    hint = "Correct the file with: shotlog config edit."


class SettingUnknown(SettingsError):
    """There is no setting of this name."""

    message = "there is no such setting"
    hint = "See all settings with: shotlog config show."


class SettingInvalid(SettingsError):
    """A setting has a value that it cannot have."""

    message = "this value is not possible"
    hint = "See all settings with: shotlog config show."


class CacheError(ShotlogError):
    """The result cache cannot be used."""

    message = "the result cache cannot be used"
    hint = "Delete the cache file, or work without one: --in-process --no-cache."


class WeightsUnusable(ShotlogError):
    """The weights of highlights cannot be read, or one of them cannot be used."""

    message = "it holds no weights of highlights"
    hint = "See docs/highlights.md for its keys, or write a new one with --save-weights."
