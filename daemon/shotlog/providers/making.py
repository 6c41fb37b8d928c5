"""The analyzers of the remote tier, for the options of a run."""

from __future__ import annotations

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
    if options.offline:
        message = "nothing may be sent (--offline, or the setting remote.offline)"
        raise ProviderForbidden("remote", message, "Use another tier: --tier auto.")
    providers = AddedProviders()
    added = providers.find(options.provider)
    provider = added.provider
    with SentRequests() as records:
        agreed = records.has_consent(options.project, added.name, provider.address)
    if not agreed:
        project = options.project or "this project"
        message = f"nobody has agreed yet for {project}: {consent_sentence(added)}"
        hint = "Agree once with: shotlog analyze --yes; or use another tier."
        raise ProviderForbidden(added.name, message, hint)
    token = read_token(added.name, provider)
    limit = None if options.max_cost is None else Decimal(options.max_cost)
    sender = ClipSender(added, token, options.project, limit)
    names = [each.name for each in providers.all()]
    measures = [RemoteMeasure(model, sender) for model in added.models]
    return [RemoteAnalyzer(task, each, names) for each in measures for task in each.model.tasks]
