"""Options of the remote tier, without their providers' tokens."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator

from shotlog.schema.base import Model
from shotlog.schema.findings import Tier
from shotlog.schema.paths import PathText

_AMOUNT = re.compile(r"\d{1,9}(\.\d{1,9})?")


def check_amount(text: str) -> str:
    """Return an amount of money as it was typed.

    Raises:
        ValueError: It is no decimal number from 0 on.
    """
    if not _AMOUNT.fullmatch(text):
        raise ValueError(f"'{text}' is not an amount like 2 or 0.50.")
    return text


class RemoteOptions(Model):
    """The provider of a run, and what it may cost. Since protocol 1.7."""

    provider: str = ""
    """Name of the provider; empty for the only one that was added."""
    offline: bool = False
    """True where this machine is to send nothing."""
    project: PathText = ""
    """Folder of the project, which consent and bill belong to."""
    tiers: tuple[Tier, ...] = (Tier.REMOTE, Tier.LOCAL, Tier.BUILTIN)
    """Order of the tiers, for analyses that are not told which one to use."""
    max_cost: Annotated[str, AfterValidator(check_amount)] | None = None
    """US dollars that the run may cost, as a decimal number; None for no limit."""
    since: float | None = None
    """Seconds since 1970 from which the costs of the project count as those of the run; None counts
    one job alone."""
