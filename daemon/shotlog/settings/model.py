"""All settings, by section.

The text below a field is its description everywhere: in ``docs/bridge.md``, and in a new settings
file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    ByteSize,
    Field,
    PlainSerializer,
    field_validator,
)

from shotlog.markers import MarkerOptions
from shotlog.profiles import ProfileStore
from shotlog.schema import CutFinderError, Model, RemoteOptions, Tier
from shotlog.settings.defaults import DEFAULT_CACHE_SIZE, DEFAULT_KEEP_ALIVE, IDLE_TIMEOUT
from shotlog.settings.lengths import format_seconds, parse_seconds

_DEVICE = re.compile(r"auto|cpu|mps|cuda(:\d+)?")
_UNITS = ((30, "GiB"), (20, "MiB"), (10, "KiB"), (0, "B"))


def _seconds(value: Any) -> Any:
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(value)  # a number alone is minutes, as on the command line
    if not isinstance(value, str):
        raise ValueError("a time is a text or a number of minutes")
    return parse_seconds(value)


def _names(value: Any) -> Any:
    # Variables and command lines give lists as text.
    return [name.strip() for name in value.split(",") if name.strip()] if _is_text(value) else value


def _maps(value: Any) -> Any:
    # Paths hold commas and blanks, so a semicolon divides them, as it does on Windows.
    return [part.strip() for part in value.split(";") if part.strip()] if _is_text(value) else value


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def check_device(name: str) -> str:
    """Return the name of a device.

    Raises:
        ValueError: It is none.
    """
    if not _DEVICE.fullmatch(name):
        raise ValueError(f"'{name}' is not one of auto, cpu, cuda, cuda:1, mps.")
    return name


def _format_size(size: int) -> str:
    shift, unit = next(each for each in _UNITS if size % (1 << each[0]) == 0)
    return f"{size >> shift}{unit}"


def check_cuts(text: str) -> str:
    """Return a choice of a cut finder with its parameters, in its shortest form.

    Raises:
        ValueError: There is no such cut finder, or a parameter or value is wrong.
    """
    if text in ("builtin", "off", "find"):
        # The usual choices, without the libraries of the others; "find" was the built-in one before
        # there were others.
        return "builtin" if text == "find" else text
    from shotlog.media.cuts import CUT_FINDERS

    try:
        return CUT_FINDERS.choose(text).text
    except CutFinderError as error:
        raise ValueError(str(error)) from None


Seconds = Annotated[int, BeforeValidator(_seconds), PlainSerializer(format_seconds)]
"""Seconds; read and written as they are typed: ``15m``."""

Bytes = Annotated[ByteSize, PlainSerializer(_format_size)]
"""Bytes; read and written as they are typed: ``2GiB``."""


class AnalysisSection(Model):
    """The subjects of an analysis, and the models that make it."""

    models: Literal["auto", "builtin", "local"] = "auto"
    """`auto` uses the models on this machine and the built-in analyzers, `builtin` needs no model,
    `local` fails where there is no model."""
    names: Annotated[tuple[str, ...], BeforeValidator(_names)] = ()
    """Use only these models; empty for all on this machine."""
    device: Annotated[str, AfterValidator(check_device)] = "auto"
    """Device that runs them: `auto`, `cpu`, `cuda`, `cuda:1`, `mps`."""
    precision: Literal["auto", "fp32", "bf16", "fp16"] = "auto"
    """Number format of their weights and computations."""
    disabled: bool = False
    """Analyse clips that are switched off, too."""
    cuts: Annotated[str, AfterValidator(check_cuts)] = "builtin"
    """The cut finder that divides clips into shots, with its parameters: `builtin`,
    `adaptive:threshold=4`; with `off` each clip is one shot. See: shotlog analyze --cuts list."""

    profile: str = ""
    """Name of the profile that corrects scores as an editor would, made by `shotlog learn`; empty
    for none."""

    def overridden(self, given: Mapping[str, Any]) -> AnalysisSection:
        """Return these settings with those that one analysis was asked for in their place."""
        values = {**dict(self), **given}
        # "builtin" uses no models: of it and names of models, what was asked for now holds.
        if values["models"] == "builtin" and "names" not in given:
            values["names"] = ()
        elif values["models"] == "builtin" and given["names"] and "models" not in given:
            values["models"] = "auto"
        return AnalysisSection(**values)

    def options(self, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return the options of one analysis, with its profile by the id of its content.

        Args:
            given: The options that the analysis was asked for; those of others are these settings.

        Raises:
            ProfileUnusable: The profile is not on this machine, or cannot be used.
            HomeMissing: This user has no folder of profiles.
        """
        options = dict(self.overridden(given))
        name = options.pop("profile")
        return options | ({"profile": ProfileStore().find(name).id} if name else {})


class MarkerSection(MarkerOptions):
    """Which markers are written, and how."""

    on: Literal["timeline", "clips"] = "timeline"
    """Put markers on the timeline, which every editor reads, or on the clips."""


class MediaSection(Model):
    """The media of timelines."""

    relinks: Annotated[tuple[str, ...], BeforeValidator(_maps)] = ()
    """Places to which media have moved, as `OLD=NEW`: paths that begin with `OLD` are looked for
    under `NEW` first."""


class ResolveSection(Model):
    """Choices of the menu entries in DaVinci Resolve."""

    occupied: Literal["nudge", "skip"] = "nudge"
    """Where a frame holds another marker already: move ours to a free frame nearby, or leave it
    out."""
    clip_colours: bool = False
    """Colour the clips of the timeline by their shot size."""
    keywords: bool = False
    """Add size and move to the keywords of the media, so that smart bins can filter by them."""


class DaemonSection(Model):
    """The daemon, which keeps models loaded; changes hold from its next start."""

    keep_alive: Seconds = int(DEFAULT_KEEP_ALIVE)
    """Keep unused models loaded for this time: `"15m"`, `"2h"`, a number of minutes, `0`, or
    `"forever"`."""
    idle: Seconds = int(IDLE_TIMEOUT)
    """Stop the daemon after this time without clients and jobs; `0` means never."""

    @field_validator("idle", mode="after")
    @classmethod
    def _never(cls, seconds: int) -> int:
        return max(0, seconds)


class RemoteSection(Model):
    """The remote tier: models that run elsewhere. See docs/remote.md."""

    offline: bool = False
    """Send nothing to any provider, whatever a command asks for."""
    tiers: Annotated[tuple[Tier, ...], BeforeValidator(_names), Field(min_length=1)] = (
        Tier.LOCAL,
        Tier.BUILTIN,
    )
    """Order in which `--tier auto` tries the tiers: `remote`, `local`, `builtin`.
    Where a tier cannot be used the next one is, with a warning and exit code 3."""
    provider: str = ""
    """Name of the provider to ask; empty for the only one that was added."""

    def asked(
        self,
        models: str,
        project: str,
        *,
        named: bool = False,
        provider: str | None = None,
        max_cost: str | None = None,
        offline: bool = False,
        since: float | None = None,
    ) -> RemoteOptions | None:
        """Return the provider that an analysis may ask; None where it asks none.

        Args:
            models: Models of the analysis: `remote` asks a provider in any case, `auto` in the
                order of the tiers.
            project: Folder of the project.
            named: True where models of this machine are named, which no provider runs.
            provider: Name of the provider; None takes the setting.
            max_cost: See :class:`RemoteOptions`, as for ``since``.
            offline: True to send nothing.
            since: Seconds since 1970.
        """
        offline = offline or self.offline
        in_order = models == "auto" and not named and Tier.REMOTE in self.tiers
        if models != "remote" and (offline or not in_order):
            return None
        return RemoteOptions(
            provider=provider or self.provider,
            offline=offline,
            project=project,
            tiers=self.tiers,
            max_cost=max_cost,
            # Without a limit all runs are alike, so that the daemon may run them together.
            since=None if max_cost is None else since,
        )


class StorageSection(Model):
    """Data on the disk."""

    cache_size: Bytes = Field(ByteSize(DEFAULT_CACHE_SIZE), ge=2**20)
    """Largest size of the result cache: `"2GiB"`, `"500MB"`, or a number of bytes."""


class Settings(Model):
    """All settings; every door takes what it needs of them."""

    analysis: AnalysisSection = AnalysisSection()
    """What is analysed, and by which models."""
    markers: MarkerSection = MarkerSection()
    """Which markers are written, and how."""
    media: MediaSection = MediaSection()
    """Where the media of timelines are."""
    resolve: ResolveSection = ResolveSection()
    """What the menu entries in DaVinci Resolve do."""
    daemon: DaemonSection = DaemonSection()
    """The daemon, which keeps models loaded."""
    remote: RemoteSection = RemoteSection()
    """Which models elsewhere may be asked."""
    storage: StorageSection = StorageSection()
    """What is kept on the disk."""
