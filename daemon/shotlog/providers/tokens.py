"""Tokens of providers: in the system's keyring or an environment variable, never in a file."""

from __future__ import annotations

import os
import re
from typing import Final

from shotlog.providers.contract import Provider
from shotlog.schema import ProviderRefused

_SERVICE: Final = "shotlog"
"""Name under which the keyring files the tokens."""


def token_variable(name: str) -> str:
    """Return the environment variable that holds a provider's token on machines without keyring."""
    return f"SHOTLOG_TOKEN_{re.sub('[^A-Z0-9]', '_', name.upper())}"


def read_token(name: str, provider: Provider) -> str | None:
    """Return the token of a provider: of its environment variable, else of the keyring.

    Raises:
        ProviderRefused: It needs one, and there is none.
    """
    if token := os.environ.get(token_variable(name)):
        return token
    import keyring  # takes 0.1 s, and runs without providers need none
    import keyring.errors

    try:
        token = keyring.get_password(_SERVICE, name)
    except keyring.errors.KeyringError as error:
        if not provider.needs_token:
            return None
        raise _no_keyring(name, error) from error
    if token is None and provider.needs_token:
        hint = f"Give it with: shotlog remote add; or in {token_variable(name)}."
        raise ProviderRefused(name, "its token is not on this machine", hint)
    return token


def keep_token(name: str, token: str) -> None:
    """Keep a provider's token in the keyring.

    Raises:
        ProviderRefused: There is no keyring.
    """
    import keyring
    import keyring.errors

    try:
        keyring.set_password(_SERVICE, name, token)
    except keyring.errors.KeyringError as error:
        raise _no_keyring(name, error) from error


def forget_token(name: str) -> None:
    """Remove a provider's token from the keyring, if there is one."""
    import keyring
    import keyring.errors

    try:
        keyring.delete_password(_SERVICE, name)
    except keyring.errors.KeyringError:
        return  # none is there, or no keyring


def _no_keyring(name: str, error: Exception) -> ProviderRefused:
    message = f"this machine has no keyring that can keep its token ({type(error).__name__})"
    hint = f"Set the token in the environment variable {token_variable(name)} instead."
    return ProviderRefused(name, message, hint)
