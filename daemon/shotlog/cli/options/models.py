"""Options that choose the models, and the device and precision they run in."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any

import click

from shotlog.service.protocol import AnalysisOptions
from shotlog.settings import AnalysisSection, check_cuts, check_device

_TIERS = {
    "auto": "installed models and the built-in analyzers",
    "builtin": "no models",
    "local": "as auto, but fail if no model is installed",
    "remote": "a provider (see: shotlog remote) and the built-in analyzers",
}


def model_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that :func:`asks_of` takes."""
    return _add_options(command, ("auto", "builtin", "local"))


def all_tier_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that :func:`asks_of` takes, with the remote tier among the tiers."""
    return _add_options(command, tuple(_TIERS))


def _add_options(command: Callable[..., Any], tiers: Sequence[str]) -> Callable[..., Any]:
    for option in reversed((
        click.option(
            "--tier",
            "--models",  # the name before there was a remote tier
            "models",
            type=click.Choice(tiers),
            help="Where sizes and moves are computed. "
            + " ".join(f"{tier}: {_TIERS[tier]}." for tier in tiers)
            + " --models is its earlier name.  [default: setting analysis.models]",
        ),
        click.option(
            "--model",
            "names",
            metavar="NAME",
            multiple=True,
            help="Use only this model; may be given more than once.",
        ),
        click.option(
            "--cuts",
            metavar="NAME[:KEY=VALUE,...]",
            callback=_cuts,
            is_eager=True,  # so that --cuts list needs no arguments
            help="Cut finder that divides clips into shots, and its parameters: builtin; adaptive,"
            " content, threshold, hash or histogram of PySceneDetect; transnet (needs"
            " shotlog[transnet]); off: each clip is one shot. adaptive:threshold=4 changes a"
            " parameter; list prints them all.  [default: setting analysis.cuts]",
        ),
    )):  # fmt: skip
        command = option(command)
    return place_options(command)


def profile_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--profile`` and ``--no-profile``; the command takes the name, empty for none."""

    @wraps(command)
    def with_profile(*args: Any, profile: str | None, no_profile: bool, **more: Any) -> Any:
        if no_profile and profile:
            raise click.UsageError("Give either --profile or --no-profile.")
        return command(*args, profile="" if no_profile else profile, **more)

    for option in reversed((
        click.option(
            "--profile",
            metavar="NAME",
            help="Correct the scores of sizes and moves by this profile, which 'shotlog learn' made"
            " of what an editor changed.  [default: setting analysis.profile]",
        ),
        click.option("--no-profile", is_flag=True, help="Correct no scores."),
    )):  # fmt: skip
        with_profile = option(with_profile)
    return with_profile


def place_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add ``--device`` and ``--precision``."""
    for option in reversed((
        click.option(
            "--device",
            metavar="DEVICE",
            callback=_device,
            help="Device for models: auto, cpu, cuda, cuda:1, mps."
            "  [default: setting analysis.device]",
        ),
        click.option(
            "--precision",
            type=click.Choice(["auto", "fp32", "bf16", "fp16"]),
            help="Number format of models; auto takes the best one for the device."
            "  [default: setting analysis.precision]",
        ),
    )):  # fmt: skip
        command = option(command)
    return command


def asks_of(
    settings: AnalysisSection,
    *,
    names: Sequence[str] = (),
    models: str | None = None,
    device: str | None = None,
    precision: str | None = None,
    cuts: str | None = None,
    disabled: bool | None = None,
    profile: str | None = None,
) -> AnalysisOptions:
    """Return the options as one value, the same for this process and for the daemon.

    Args:
        settings: The values of options that are not given.
        names: See :class:`AnalysisOptions`, as for the others.
        models: None if it is not given, as for the others.
        device: Device.
        precision: Precision.
        cuts: Cut finder.
        disabled: True to analyse disabled clips, too.
        profile: Name of the profile; empty for none, as for commands that name no size or move.

    Raises:
        click.UsageError: ``--model`` is given together with a tier without local models.
        ProfileUnusable: The profile is not on this machine, or cannot be used.
    """
    if models in ("builtin", "remote") and names:
        raise click.UsageError(f"--model needs models, but --tier {models} uses none of here.")
    options = {
        # The remote tier is no setting: its provider is added by ask_provider_too().
        "models": None if models == "remote" else models,
        "names": tuple(names) or None,
        "device": device,
        "precision": precision,
        "cuts": cuts,
        "disabled": disabled,
        "profile": profile,
    }
    given = {name: value for name, value in options.items() if value is not None}
    return AnalysisOptions(**settings.options(given))


def _device(_: click.Context, __: click.Parameter, value: str | None) -> str | None:
    try:
        return None if value is None else check_device(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def _cuts(ctx: click.Context, _: click.Parameter, value: str | None) -> str | None:
    if value == "list":
        from shotlog.cli.output import say
        from shotlog.media.cuts import CUT_FINDERS

        for line in CUT_FINDERS.describe():
            say(line)
        ctx.exit()
    try:
        return None if value is None else check_cuts(value)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None
