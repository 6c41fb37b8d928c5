"""The account at Google: consent in the browser, a refresh token in the keyring, access tokens.

Consent is that of installed applications, with an address on this machine
(https://developers.google.com/identity/protocols/oauth2/native-app). Client id and secret come from
a file of the user's own project in Google's console; they are kept with the refresh token.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from shotlog.delivery.upload.contract import PassingFault
from shotlog.keyrings import forget_secret, keep_secret, read_secret
from shotlog.schema import Model, UploadRefused, UploadTargetError

SCOPES: Final = (
    "https://www.googleapis.com/auth/youtube.readonly",  # the name of the channel
    "https://www.googleapis.com/auth/youtube.upload",
)
_ENTRY: Final = "upload:youtube"
"""Name of the account in the keyring."""
_WAIT_SECONDS: Final = 600
"""Longest time for an answer in the browser."""
_SIGN_IN: Final = "Sign in with: shotlog upload --to youtube --sign-in CLIENT.json."


class _KeptAccount(Model):
    """An account, as one secret of the keyring."""

    channel: str
    refresh_token: str
    client_id: str
    client_secret: str
    token_uri: str


class GoogleAccount:
    """An account with access tokens, which live in memory alone.

    Args:
        credentials: Credentials of google-auth.
        channel: Name of the channel; empty before it is known.
    """

    def __init__(self, credentials: Any, channel: str = "") -> None:
        self._credentials = credentials
        self.channel = channel

    @classmethod
    def kept(cls) -> GoogleAccount:
        """Return the account that is signed in on this machine.

        Raises:
            UploadRefused: None is.
            KeyringUnusable: There is no keyring.
            UploadTargetError: google-auth is not installed.
        """
        with _packages():
            from google.oauth2.credentials import Credentials

        secret = read_secret(_ENTRY)
        if secret is None:
            raise UploadRefused("youtube", "nobody is signed in", _SIGN_IN)
        try:
            kept = _KeptAccount.model_validate_json(secret)
        except ValidationError:
            # Without its cause, which would show the secret.
            message = "what is kept in the keyring is damaged"
            raise UploadRefused("youtube", message, _SIGN_IN) from None
        credentials = Credentials(  # type: ignore[no-untyped-call]
            None,
            refresh_token=kept.refresh_token,
            token_uri=kept.token_uri,
            client_id=kept.client_id,
            client_secret=kept.client_secret,
            scopes=SCOPES,
        )
        return cls(credentials, kept.channel)

    @classmethod
    def asked(cls, client_file: Path) -> GoogleAccount:
        """Ask for consent in the browser, and return the account; it is not kept yet.

        Args:
            client_file: Client of an installed application, as Google's console gives it.

        Raises:
            UploadRefused: The file is none, or consent was not given.
            UploadTargetError: google-auth-oauthlib is not installed.
        """
        with _packages():
            from google_auth_oauthlib.flow import InstalledAppFlow, WSGITimeoutError
            from oauthlib.oauth2 import OAuth2Error
            from requests import RequestException
        client = _read_client(client_file)
        flow = InstalledAppFlow.from_client_config({"installed": client}, SCOPES)
        try:
            credentials = flow.run_local_server(
                host="127.0.0.1", port=0, authorization_prompt_message="",
                timeout_seconds=_WAIT_SECONDS, access_type="offline", prompt="consent",
            )  # fmt: skip
        except (OAuth2Error, WSGITimeoutError, RequestException, Warning) as error:
            # By the class alone: answers of the service may hold tokens.
            message = f"nobody agreed in the browser ({type(error).__name__})"
            raise UploadRefused("youtube", message, "Try it again.") from None
        finally:
            flow.oauth2session.close()
        if not credentials.refresh_token:
            message = "no lasting consent was given"
            raise UploadRefused("youtube", message, "Try it again, and agree to everything.")
        return cls(credentials)

    def keep(self, channel: str) -> None:
        """Keep the account in the keyring.

        Raises:
            KeyringUnusable: There is no keyring.
        """
        given = self._credentials
        kept = _KeptAccount(
            channel=channel, refresh_token=given.refresh_token, client_id=given.client_id,
            client_secret=given.client_secret, token_uri=given.token_uri,
        )  # fmt: skip
        keep_secret(_ENTRY, kept.model_dump_json())
        self.channel = channel

    @staticmethod
    def forget() -> None:
        """Remove the account from the keyring, if there is one."""
        forget_secret(_ENTRY)

    def headers(self, *, renewed: bool = False) -> dict[str, str]:
        """Return the headers that bear an access token.

        Args:
            renewed: Fetch a new token first, because the last one was not accepted.

        Raises:
            UploadRefused: Consent was withdrawn or has ended.
            PassingFault: The service cannot be reached.
        """
        if renewed or not self._credentials.valid:
            self._renew()
        return {"Authorization": f"Bearer {self._credentials.token}"}

    def _renew(self) -> None:
        from google.auth.exceptions import RefreshError, TransportError
        from google.auth.transport.requests import Request
        from requests import Session

        with Session() as session:
            try:
                self._credentials.refresh(Request(session))
            except TransportError:
                raise PassingFault("nobody answers where access tokens are made") from None
            except RefreshError as error:
                if error.retryable:
                    raise PassingFault("no access token was made") from None
                # Without its cause and its words: they may hold what was sent.
                message = "the consent was withdrawn or has ended"
                raise UploadRefused("youtube", message, _SIGN_IN) from None


def _read_client(path: Path) -> dict[str, Any]:
    """Return the client of a file of Google's console.

    Raises:
        UploadRefused: The file cannot be read, or holds no client of an installed application.
    """
    hint = "Download the file of an OAuth client of the type 'Desktop app' from Google's console."
    try:
        told = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no JSON"
        raise UploadRefused(str(path), f"it cannot be read: {reason}", hint) from None
    client = told.get("installed") if isinstance(told, dict) else None
    wanted = ("client_id", "client_secret", "auth_uri", "token_uri")
    if not isinstance(client, dict) or not all(isinstance(client.get(k), str) for k in wanted):
        raise UploadRefused(str(path), "it holds no client of an installed application", hint)
    return client


@contextmanager
def _packages() -> Iterator[None]:
    """Tell a missing package in words."""
    try:
        yield
    except ImportError as error:
        message = f"the package of '{error.name}' is not installed"
        hint = "Install it: pip install 'shotlog[upload]'."
        raise UploadTargetError("youtube", message, hint) from error
