"""Options of the remote tier, without their providers' tokens."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from shotlog.schema.base import Model
from shotlog.schema.paths import PathText


class RemoteOptions(Model):
    """The provider of a run, and what it may cost. Since protocol 1.7."""

    provider: str = ""
    """Name of the provider; empty for the only one that was added."""
    project: PathText = ""
    """Folder of the project, which consent and bill belong to."""
    max_cost: Annotated[str, Field(pattern=r"^\d{1,9}(\.\d{1,9})?$")] | None = None
    """US dollars that the run may cost, as a decimal number; None for no limit."""
