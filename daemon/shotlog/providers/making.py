"""The analyzers of the remote tier, for the options of a run."""

from __future__ import annotations

import shlex
from decimal import Decimal
from typing import Final

from shotlog.providers.added import AddedProvider, AddedProviders
from shotlog.providers.analyzer import RemoteAnalyzer
from shotlog.providers.forecast import ForecastMeasure
from shotlog.providers.measure import RemoteMeasure
from shotlog.providers.sending import ClipSender
from shotlog.providers.sent_requests import SentRequests
from shotlog.providers.tokens import read_token
from shotlog.schema import ProviderForbidden, RemoteOptions

CONSENT: Final = (
    "16 small pictures (224 x 224 pixels) of every shot, for camera moves of every two seconds of"
    " it, leave this machine for {address}; never the file, its path or its sound."
)
"""The sentence that somebody agrees to, once for each project and provider."""


def consent_sentence(added: AddedProvider) -> str:
    """Return the sentence about what leaves the machine for a provider."""
    return CONSENT.format(address=added.provider.address)


def make_forecast_analyzers(name: str) -> list[tuple[RemoteAnalyzer, ForecastMeasure]]:
    """Return an analyzer for each model of a provider, with its measure.

    They send nothing; the measures tell what would be sent.

    Raises:
        ProviderError: There is no such provider, or its price is not known.
    """
    added = AddedProviders().find(name)
    measures = [ForecastMeasure(added, model) for model in added.models]
    return [(RemoteAnalyzer(each.model.tasks[0], each, ()), each) for each in measures]


def make_remote_analyzers(options: RemoteOptions) -> list[RemoteAnalyzer]:
    """Return the analyzers of the remote tier: one for each task of the provider.

    Args:
        options: Provider, project and limit of cost.

    Raises:
        ProviderForbidden: Nothing may be sent, or nobody has agreed to it.
        ProviderError: The provider is unknown or lacks its token, or records cannot be written.
    """
    added = check_provider(options)
    token = read_token(added.name, added.provider)
    sender = ClipSender(added, token, options.project, _limit(options))
    names = [each.name for each in AddedProviders().all()]
    measures = [RemoteMeasure(model, sender) for model in added.models]
    return [RemoteAnalyzer(task, each, names) for each in measures for task in each.model.tasks]


def check_provider(options: RemoteOptions) -> AddedProvider:
    """Return the provider of a run that may send to it.

    Raises:
        ProviderForbidden: Nothing may be sent, or nobody has agreed to it.
        ProviderError: The provider is unknown, or records cannot be read.
    """
    if options.offline:
        message = "nothing may be sent (--offline, or the setting remote.offline)"
        raise ProviderForbidden("remote", message, "Use another tier: --tier auto.")
    added = AddedProviders().find(options.provider)
    with SentRequests() as records:
        agreed = records.has_consent(options.project, added.name, added.provider.address)
    if not agreed:
        project = options.project or "programs that name no project"
        message = f"nobody has agreed yet for {project}: {consent_sentence(added)}"
        where = f" {shlex.quote(options.project)}" if options.project else ""
        hint = f"Agree once with: shotlog remote agree {added.name}{where}; or use another tier."
        raise ProviderForbidden(added.name, message, hint)
    return added


def _limit(options: RemoteOptions) -> Decimal | None:
    """Return the US dollars that are left of the limit of a run."""
    if options.max_cost is None:
        return None
    limit = Decimal(options.max_cost)
    if options.since is None:
        return limit
    with SentRequests() as records:
        lines = records.bill(options.since)
    spent = sum((line.cost for line in lines if line.project == options.project), Decimal(0))
    return max(Decimal(0), limit - spent)
