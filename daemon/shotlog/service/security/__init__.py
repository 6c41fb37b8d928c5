"""Access to the daemon: CURVE keys, the ZAP authenticator, and the folders with readable media."""

from shotlog.service.security.authenticator import HANDSHAKE_MS, ZapAuthenticator, listen
from shotlog.service.security.keys import (
    KeyPair,
    allow_client,
    load_client_keys,
    load_server_keys,
    read_allowed_clients,
    read_allowed_keys,
    revoke_client,
)
from shotlog.service.security.media_roots import paths_outside

__all__ = [
    "HANDSHAKE_MS",
    "KeyPair",
    "ZapAuthenticator",
    "allow_client",
    "listen",
    "load_client_keys",
    "load_server_keys",
    "paths_outside",
    "read_allowed_clients",
    "read_allowed_keys",
    "revoke_client",
]
