"""The trial run of the remote tier: what would be sent, and what it would cost."""

from __future__ import annotations

from rich.console import Console
from rich.filesize import decimal

from shotlog.cli.analysis.in_process import OwnEngine
from shotlog.cli.output import SafeLine, show_problems, terminal
from shotlog.engine import EngineOptions
from shotlog.media.cuts import CUT_FINDERS
from shotlog.providers import AddedProviders, make_forecast_analyzers, price_of, read_prices
from shotlog.schema import ClipNotSent, Edit, ProviderUnknown
from shotlog.service.protocol import AnalysisOptions


def show_forecast(console: Console, edit: Edit, asks: AnalysisOptions, engine: OwnEngine) -> None:
    """Print the number of clips, bytes, seconds and US dollars of a run that is not made.

    Raises:
        ProviderUnknown: There is no such provider.
        ProviderRefused: Its price is not known.
        Stopped: On Ctrl-C.
    """
    if asks.remote is None:
        raise ProviderUnknown("remote", "no provider is to be asked", "Add --tier remote.")
    added = AddedProviders().find(asks.remote.provider)
    analyzers = dict(make_forecast_analyzers(added.name))
    options = EngineOptions(disabled=asks.disabled, cuts=CUT_FINDERS.choose(asks.cuts))
    log = engine.measure(edit, list(analyzers), console, options)
    console.print(SafeLine(f"would be sent to {added.name} ({added.provider.address}):", "bold"))
    for measure in analyzers.values():
        told, asked = measure.forecast(), ", ".join(measure.model.tasks)
        low, high = told.seconds
        console.print(SafeLine(f"  {asked}: {told.clips} clips, {decimal(told.size)}"))
        if measure.answered:
            more = f"    {measure.answered} more were answered already and cost nothing"
            console.print(SafeLine(more))
        console.print(SafeLine(f"    {low:.0f} to {high:.0f} s of computation"))
        console.print(SafeLine(f"    ${told.cost[0]:.4f} to ${told.cost[1]:.4f}"))
    provider = added.provider
    if provider.price is None and provider.hardware:
        listed = read_prices()
        price = f"${price_of(provider):f} a second of {provider.hardware}"
        console.print(SafeLine(f"  by {price}, {listed.date}: {listed.source}", "dim"))
    others = [each for each in log.problems if each.code != ClipNotSent.code()]
    show_problems(terminal(stderr=True), others, log.warnings)
