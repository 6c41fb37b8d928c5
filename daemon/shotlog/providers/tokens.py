"""Tokens of providers: in the system's keyring or an environment variable, never in a file."""

from __future__ import annotations

import os
import re

from shotlog.keyrings import keep_secret, read_secret
from shotlog.providers.contract import Provider
from shotlog.schema import KeyringUnusable, ProviderRefused


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
    try:
        token = read_secret(name)
    except KeyringUnusable as error:
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
    try:
        keep_secret(name, token)
    except KeyringUnusable as error:
        raise _no_keyring(name, error) from error


def _no_keyring(name: str, error: KeyringUnusable) -> ProviderRefused:
    hint = f"Set the token in the environment variable {token_variable(name)} instead."
    return ProviderRefused(name, error.problem.message, hint)
