"""CURVE keys, the ZAP authenticator, and the folders whose media may be read."""

from shotlog.service.security.authenticator import HANDSHAKE_MS, ZapAuthenticator, listen
from shotlog.service.security.keys import (
    KeyPair,
    allow,
    allowed,
    allowed_clients,
    client_keys,
    revoke,
    server_keys,
)
from shotlog.service.security.media_roots import paths_outside

__all__ = [
    "HANDSHAKE_MS",
    "KeyPair",
    "ZapAuthenticator",
    "allow",
    "allowed",
    "allowed_clients",
    "client_keys",
    "listen",
    "paths_outside",
    "revoke",
    "server_keys",
]
