"""Writers of cuts: one module beside this one for each format, under the format's name."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from importlib import import_module
from pathlib import Path
from typing import Any

from shotlog.schema import Marker
from tests.nle.cuts.cut import Cut

WHOLE = tuple(map(Fraction, (24, 25, 30, 48, 50, 60)))
PULLED_DOWN = tuple(Fraction(n * 1000, 1001) for n in (24, 30, 48, 60))
SPEEDS = tuple(map(Fraction, ("1", "1", "2", "1/2", "-1", "-2", "0")))


@dataclass(frozen=True)
class Features:
    """What files of a format hold of a cut.

    Attributes:
        rates: The rates of timelines.
        starts: True for start timecodes.
        drop_frame: True where the file tells that timecode is drop-frame.
        tracks: The most tracks.
        gaps: True where nothing may stand between clips.
        first_gap: True where nothing may stand before the first clip.
        nests: True for cuts within cuts.
        speeds: The speeds of clips.
        ramps: True for speeds that change within a clip.
        media_rates: The rates of media; empty where media count as the cut does.
        retimed_media_rates: False where media of clips with another speed count as the cut does.
        media_starts: True for start timecodes of media.
        markers_on_clips: True where clips hold markers; else theirs go on the timeline.
        nests_hold_markers: True where markers on clips in a nest are put on the nest, which the
            timeline shows; else they are put in it, and the timeline shows none.
        theirs: True where the timeline itself holds markers.
    """

    rates: tuple[Fraction, ...] = (*WHOLE, *PULLED_DOWN)
    starts: bool = True
    drop_frame: bool = True
    tracks: int = 3
    gaps: bool = True
    first_gap: bool = True
    nests: bool = True
    speeds: tuple[Fraction, ...] = SPEEDS
    ramps: bool = False
    media_rates: tuple[Fraction, ...] = ()
    retimed_media_rates: bool = True
    media_starts: bool = True
    markers_on_clips: bool = True
    nests_hold_markers: bool = False
    theirs: bool = True


def content_of(path: Path) -> dict[str, bytes]:
    """Everything in a file, an archive or a folder, by name."""
    if path.is_dir():
        return {str(p.relative_to(path)): p.read_bytes() for p in path.rglob("*") if p.is_file()}
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as bundle:
            return {name: bundle.read(name) for name in bundle.namelist()}
    return {"": path.read_bytes()}


def rename_in_text(path: Path, old: str, new: str) -> None:
    """Rename a marker as an editor does, in a file whose text holds the name once for all."""
    data = path.read_bytes()
    assert old.encode() in data
    path.write_bytes(data.replace(old.encode(), new.encode(), 1))


def kept_length(marker: Marker) -> int | None:
    return marker.duration


def points_and_ranges(marker: Marker) -> int | None:
    """The length of a marker where one of one frame is a point."""
    return marker.duration if marker.duration > 1 else 0


@dataclass(frozen=True)
class Writer:
    """The way to make files of a format.

    Attributes:
        write: Writes a cut.
        suffix: The suffix of the files.
        features: What they hold.
        length: The length of a marker that is kept; None where it depends on its place.
        tells_rate: False where the rate is to be told to the reader.
        rename: Renames a marker of ours in a file.
        content: All that a file holds, to be compared.
        pace: The number of cuts that are tried for one of these, as others take less time.
    """

    write: Callable[[Path, Cut], object]
    suffix: str
    features: Features = field(default_factory=Features)
    length: Callable[[Marker], int | None] = kept_length
    tells_rate: bool = True
    rename: Callable[[Path, str, str], None] = rename_in_text
    content: Callable[[Path], Any] = content_of
    pace: int = 1


def writer_of(format_: str) -> Writer:
    """Return the writer of a format; a format without one fails the tests."""
    found = import_module(f"tests.nle.cuts.{format_}").WRITER
    assert isinstance(found, Writer)
    return found
