"""All classes of the tree of errors."""

from __future__ import annotations

# A subclass is known once its module was imported.
from shotlog.schema.delivery import DeliveryError  # noqa: F401
from shotlog.schema.errors import ShotlogError
from shotlog.schema.learning import TrainingError  # noqa: F401


def all_errors() -> list[type[ShotlogError]]:
    """Return every class of the tree, a base before those below it; its base is the first."""
    found: list[type[ShotlogError]] = [ShotlogError]
    for kind in found:
        found += kind.__subclasses__()
    return found
