"""Options of the remote tier: the provider, its cost, and the consent to send anything."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any, NamedTuple

import click

from shotlog.schema import ProviderUnknown, RemoteOptions, check_amount
from shotlog.service.protocol import AnalysisOptions
from shotlog.settings import RemoteSection, project_folder

EXIT_FALLBACK = 3
"""Exit code of a run whose first tier could not be used, so that the next one was."""


class RemoteChoice(NamedTuple):
    """The options of the remote tier that were given.

    Attributes:
        provider: Name of the provider.
        max_cost: US dollars.
        offline: True to send nothing.
        yes: True to agree to what is sent, without being asked.
        dry_run: True to show what would be sent, and send nothing.
    """

    provider: str | None
    max_cost: str | None
    offline: bool
    yes: bool
    dry_run: bool = False


def provider_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of the remote tier, for commands that ask nothing of anybody.

    The command takes them as ``remote``.
    """

    @wraps(command)
    def with_choice(
        *args: Any, provider: str | None, max_cost: str | None, offline: bool, yes: bool,
        **more: Any,
    ) -> Any:  # fmt: skip
        return command(*args, remote=RemoteChoice(provider, max_cost, offline, yes), **more)

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


def remote_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options of :func:`provider_options`, and ``--dry-run``."""

    @wraps(command)
    def with_dry_run(*args: Any, remote: RemoteChoice, dry_run: bool, **more: Any) -> Any:
        return command(*args, remote=remote._replace(dry_run=dry_run), **more)

    dry_run = click.option(
        "--dry-run",
        is_flag=True,
        help="Show what would be sent to the provider, and what it would cost; send nothing.",
    )
    return provider_options(dry_run(with_dry_run))


def ask_provider_too(
    asks: AnalysisOptions,
    tier: str | None,
    choice: RemoteChoice,
    settings: RemoteSection,
    start: Path,
    *,
    named: bool,
    may_ask: bool,
) -> AnalysisOptions:
    """Return the options of an analysis with the provider that it may ask, if it may ask one.

    Args:
        asks: Options without a provider.
        tier: The tier that was given, if one was.
        choice: Options of the remote tier.
        settings: Settings of the remote tier.
        start: The timeline, by which the project is known.
        named: True where models of this machine were named.
        may_ask: True to ask the user of a terminal, once for each project and provider; False to
            end with an error where nobody has agreed.

    Raises:
        click.UsageError: Options of the remote tier are given, and no provider is to be asked.
        ProviderUnknown: The provider of ``--tier remote`` was not added.
        ProviderForbidden: Nothing may be sent, or nobody has agreed to it.
    """
    alone = tier == "remote"
    remote = settings.asked(
        "remote" if alone else asks.models,
        str(project_folder(start)),
        named=named,
        provider=choice.provider,
        max_cost=choice.max_cost,
        offline=choice.offline,
        since=time.time(),
    )
    if remote is None:
        if choice.dry_run or choice.max_cost or choice.provider:
            raise click.UsageError(
                "--provider, --max-cost and --dry-run are for the remote tier: add --tier remote."
            )
        return asks
    if not choice.dry_run:
        agree(remote, yes=choice.yes, must=alone, may_ask=may_ask)
    return asks.with_provider(remote, alone=alone)


def agree(remote: RemoteOptions, *, yes: bool, must: bool, may_ask: bool) -> None:
    """Note the consent to a provider for a project, unless it is noted already.

    Args:
        remote: Provider and project.
        yes: True to agree.
        must: True where no other tier follows.
        may_ask: True to ask the user of a terminal.

    Raises:
        ProviderUnknown: There is no such provider, and none other follows.
        ProviderForbidden: Nothing may be sent, or nobody has agreed, and nobody is asked.
    """
    from shotlog.providers import AddedProviders, SentRequests, check_provider, consent_sentence

    try:
        added = AddedProviders().find(remote.provider)
    except ProviderUnknown:
        if must:
            raise
        return  # the run uses the next tier, and tells it
    key = remote.project, added.name, added.provider.address
    if not remote.offline:
        with SentRequests() as records:
            if may_ask and not yes and sys.stdin.isatty() and not records.has_consent(*key):
                sentence = consent_sentence(added)
                yes = click.confirm(f"{sentence} Agree for {remote.project}?", err=True)
            if yes:
                records.give_consent(*key)
    if not may_ask:
        check_provider(remote)


def _amount(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    try:
        return None if value is None else check_amount(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
