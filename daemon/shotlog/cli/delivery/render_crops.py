"""The crops of ``shotlog render``: those of a file, or found for an aspect."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from rich.console import Console

from shotlog.cli.delivery.render_reading import NamedRange, RenderedTimeline
from shotlog.cli.output import StageBars
from shotlog.delivery.reframe import REFRAMERS, ReframeOptions, Reframer, reframe
from shotlog.engine import Cache
from shotlog.paths import cache_file as own_cache
from shotlog.schema import Reframing, ReframingUnusable
from shotlog_otio import read_reframing


@dataclass(frozen=True)
class CropChoice:
    """The crops that are asked for.

    Attributes:
        read: Crops of a file; None where they are found.
        aspect: The aspect of the finished picture.
        backend: The subjects that are followed.
    """

    read: Reframing | None
    aspect: Fraction
    backend: Reframer

    @classmethod
    def of(cls, file: Path | None, aspect: Fraction | None, backend: str) -> CropChoice | None:
        """Return the choice that the options make; None for whole pictures.

        Raises:
            ReframingUnusable: The file holds no crops, or those of another aspect.
            TimelineError: The file is a timeline that cannot be read.
            ReframerError: There is no such backend or parameter.
        """
        chosen = REFRAMERS.choose(backend)
        read = None if file is None else read_reframing(file, aspect)
        if read is None:
            return None if aspect is None else cls(None, aspect, chosen)
        if aspect is not None and aspect != read.aspect:
            told = f"its crops are {read.aspect.numerator}:{read.aspect.denominator}"
            raise ReframingUnusable(str(file), told, "Leave out --aspect.")
        return cls(read, read.aspect, chosen)

    @property
    def outline(self) -> Reframing:
        """The crops without any look at the film, for a plan."""
        return self.read or Reframing(aspect=self.aspect, backend=self.backend.text, paths=())

    def find(
        self,
        film: RenderedTimeline,
        spans: Sequence[NamedRange],
        cache_file: Path | None,
        console: Console,
    ) -> Reframing:
        """Return the crops; only what is rendered is looked at.

        Raises:
            CacheError: The cache loses evidence faster than it can be used.
            Stopped: On Ctrl-C; what was measured is in the cache.
        """
        if self.read is not None:
            return self.read
        options = ReframeOptions(aspect=self.aspect, backend=self.backend)
        with Cache(cache_file or own_cache()) as cache:
            return reframe(
                film.edit, cache, options, spans=[span.range for span in spans],
                progress=StageBars(console), probe_cache=film.probes,
            )  # fmt: skip
