"""Model cards, the registry of models on this machine, manifests."""

from shotlog.models.catalog.card import Activation, Card, Head, Licence, Resize, Sampling, Task
from shotlog.models.catalog.manifest import Kept, keep, sha256_of, unwritable
from shotlog.models.catalog.registry import (
    CARD,
    Installed,
    Registry,
    check_name,
    is_shipped,
    shipped_cards,
)

__all__ = [
    "CARD",
    "Activation",
    "Card",
    "Head",
    "Installed",
    "Kept",
    "Licence",
    "Registry",
    "Resize",
    "Sampling",
    "Task",
    "check_name",
    "is_shipped",
    "keep",
    "sha256_of",
    "shipped_cards",
    "unwritable",
]
