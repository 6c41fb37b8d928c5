"""CURVE keys, the ZAP authenticator, and the folders whose media may be read."""

from shotlog.service.security.authenticator import HANDSHAKE_MS, Gate, listen
from shotlog.service.security.keys import (
    KeyPair,
    allow,
    allowed,
    client_keys,
    revoke,
    served,
    server_keys,
)
from shotlog.service.security.media_roots import permits

__all__ = [
    "HANDSHAKE_MS",
    "Gate",
    "KeyPair",
    "allow",
    "allowed",
    "client_keys",
    "listen",
    "permits",
    "revoke",
    "served",
    "server_keys",
]
