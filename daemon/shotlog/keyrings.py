"""Secrets in the keyring of the operating system, never in a file or a log."""

from __future__ import annotations

from typing import Final

from shotlog.schema import KeyringUnusable

_SERVICE: Final = "shotlog"
"""Name under which the keyring files the secrets."""


def read_secret(name: str) -> str | None:
    """Return a secret by its name; None where none is kept.

    Raises:
        KeyringUnusable: There is no keyring, or it cannot be read.
    """
    import keyring  # takes 0.1 s, and most commands need none
    import keyring.errors

    try:
        return keyring.get_password(_SERVICE, name)
    except keyring.errors.KeyringError as error:
        raise _unusable(name, error) from error


def keep_secret(name: str, secret: str) -> None:
    """Keep a secret, in the place of an earlier one of this name.

    Raises:
        KeyringUnusable: There is no keyring, or it cannot be written.
    """
    import keyring
    import keyring.errors

    try:
        keyring.set_password(_SERVICE, name, secret)
    except keyring.errors.KeyringError as error:
        raise _unusable(name, error) from error


def forget_secret(name: str) -> None:
    """Remove a secret, if there is one."""
    import keyring
    import keyring.errors

    try:
        keyring.delete_password(_SERVICE, name)
    except keyring.errors.KeyringError:
        return  # none is there, or no keyring


def _unusable(name: str, error: Exception) -> KeyringUnusable:
    # By the class alone: the words of a keyring may hold the secret.
    return KeyringUnusable(
        name, f"this machine has no keyring that can keep its token ({type(error).__name__})"
    )
