"""Options of the remote tier: the provider, its cost, and the consent to send anything."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple

import click

from shotlog.schema import ProviderUnknown, RemoteOptions, Tier, check_amount
from shotlog.service.protocol import AnalysisOptions
from shotlog.settings import RemoteSection, project_file


class RemoteChoice(NamedTuple):
    """The options of the remote tier that were given.

    Attributes:
        provider: Name of the provider.
        max_cost: US dollars.
        dry_run: True to show what would be sent, and send nothing.
        offline: True to send nothing.
        yes: True to agree to what is sent, without being asked.
    """

    provider: str | None
    max_cost: str | None
    dry_run: bool
    offline: bool
    yes: bool


def remote_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of the remote tier; the command takes them as ``remote``."""

    @wraps(command)
    def with_choice(
        *args: Any, provider: str | None, max_cost: str | None, dry_run: bool, offline: bool,
        yes: bool, **more: Any,
    ) -> Any:  # fmt: skip
        choice = RemoteChoice(provider, max_cost, dry_run, offline, yes)
        return command(*args, remote=choice, **more)

    for option in reversed((
        click.option(
            "--provider",
            metavar="NAME",
            help="The provider of the remote tier.  [default: setting remote.provider, else the"
            " only one that was added]",
        ),
        click.option(
            "--max-cost",
            metavar="USD",
            callback=_amount,
            help="Send nothing more before this run would cost more US dollars; the clips that are"
            " left are listed.",
        ),
        click.option(
            "--dry-run",
            is_flag=True,
            help="Show what would be sent to the provider, and what it would cost; send nothing.",
        ),
        click.option(
            "--offline",
            is_flag=True,
            help="Send nothing to any provider; for good with the setting remote.offline.",
        ),
        click.option(
            "--yes", is_flag=True, help="Agree to what is sent to the provider, without asking."
        ),
    )):  # fmt: skip
        with_choice = option(with_choice)
    return with_choice


def ask_provider_too(
    asks: AnalysisOptions,
    tier: str | None,
    choice: RemoteChoice,
    settings: RemoteSection,
    start: Path,
) -> AnalysisOptions:
    """Return the options of an analysis with the provider that it may ask, if it may ask one.

    In a terminal the user is asked once for each project and provider.

    Args:
        asks: Options without a provider.
        tier: The tier that was given, if one was.
        choice: Options of the remote tier.
        settings: Settings of the remote tier.
        start: The timeline, by which the project is known.

    Raises:
        click.UsageError: Options of the remote tier are given, and no provider is to be asked.
        ProviderUnknown: The provider of ``--tier remote`` was not added.
    """
    in_order = asks.models == "auto" and tier in (None, "auto") and Tier.REMOTE in settings.tiers
    offline = choice.offline or settings.offline
    if tier != "remote" and (offline or not in_order):
        if choice.dry_run or choice.max_cost or choice.provider:
            raise click.UsageError(
                "--provider, --max-cost and --dry-run are for the remote tier: add --tier remote."
            )
        return asks
    remote = RemoteOptions(
        provider=choice.provider or settings.provider,
        offline=offline,
        project=str(_project_of(start)),
        tiers=settings.tiers,
        max_cost=choice.max_cost,
    )
    if not choice.dry_run and not offline:
        _agree(remote, yes=choice.yes, must=tier == "remote")
    changed: Mapping[str, Any] = {"models": tier or asks.models, "remote": remote}
    return asks.model_copy(update={**changed, "names": () if tier == "remote" else asks.names})


def _agree(remote: RemoteOptions, *, yes: bool, must: bool) -> None:
    from shotlog.providers import AddedProviders, SentRequests, consent_sentence

    try:
        added = AddedProviders().find(remote.provider)
    except ProviderUnknown:
        if must:
            raise
        return  # the run uses the next tier, and tells it
    key = remote.project, added.name, added.provider.address
    with SentRequests() as records:
        if records.has_consent(*key):
            return
        if not yes and sys.stdin.isatty():
            yes = click.confirm(f"{consent_sentence(added)} Agree for {remote.project}?", err=True)
        if yes:
            records.give_consent(*key)


def _project_of(start: Path) -> Path:
    """Return the folder of the project's settings file, else that of the timeline."""
    found = project_file(start)
    folder = start if start.is_dir() else start.parent
    return found.parent if found is not None else folder.absolute()


def _amount(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    try:
        return None if value is None else check_amount(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
