"""Cuts as FCPXML: the lowest track is the storyline, the others are connected to a gap in it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

from shotlog.schema import MarkerFamily
from tests.nle.cuts.cut import Clip, Cut, Gap, Item, Media, Nest, Theirs
from tests.nle.cuts.writing import Features, Writer
from tests.otio.fcpxml.projects import project

_ORIGIN = 3600
"""Seconds at which the own time of gaps begins, as Final Cut Pro writes them."""


def _time(frames: int | Fraction, rate: Fraction) -> str:
    seconds = Fraction(frames) / rate
    return f"{seconds.numerator}/{seconds.denominator}s"


def text_of(cut: Cut) -> str:
    """The cut as a file with one project."""
    rate = cut.rate
    assets = "".join(_asset(media) for media in cut.media())
    nests = "".join(_compound(i, rate) for *_, i in cut.placed() if isinstance(i, Nest))
    form = "DF" if cut.drop_frame else "NDF"
    start = _time(cut.start, rate)
    sequence = f'format="{_form(rate)}" tcStart="{start}" tcFormat="{form}"'
    rates = {rate, *(media.rate for media in cut.media())}
    formats = "".join(
        f'<format id="{_form(r)}" frameDuration="{_time(1, r)}"/>' for r in sorted(rates)
    )
    return project(
        _spine(cut.tracks, cut), media=nests, sequence=sequence, resources=formats + assets
    )


def _form(rate: Fraction) -> str:
    return f"r{rate.numerator}-{rate.denominator}"


def _asset(media: Media) -> str:
    start, length = _time(media.start or 0, media.rate), _time(media.length, media.rate)
    return (
        f'<asset id="{media.name}" name="{media.name}" start="{start}" duration="{length}"'
        f' hasVideo="1" format="{_form(media.rate)}">'
        f'<media-rep kind="original-media" src="file:///media/{media.name}.mov"/></asset>'
    )


def _compound(nest: Nest, rate: Fraction) -> str:
    items, at = "", 0
    for each in nest.items:
        items += _element(each, rate, _time(at, rate))
        at += each.length
    own = f'format="{_form(rate)}" tcStart="0s" tcFormat="NDF"'
    return (
        f'<media id="{nest.name}" name="{nest.name}"><sequence {own}>'
        f"<spine>{items}</spine></sequence></media>"
    )


def _spine(tracks: Sequence[Sequence[Item]], cut: Cut) -> str:
    """The storyline, with a gap at its end that holds what is connected."""
    rate, at, items = cut.rate, 0, []
    for item in tracks[0]:
        theirs = _markers(item, cut.theirs, at, rate)
        items.append(_element(item, rate, _time(cut.start + at, rate), theirs))
        at += item.length
    connected = []
    for lane, track in enumerate(tracks[1:], start=1):
        offset = 0
        for item in track:
            if not isinstance(item, Gap):
                # On the clock of the gap, whose first frame is the one after the storyline.
                own = _time(_ORIGIN * rate + offset - at, rate)
                connected.append(_element(item, rate, own, lane=lane))
            offset += item.length
    rest = max(cut.length - at, 1) if connected else 0
    if rest:
        theirs = _markers(Gap(rest), cut.theirs, at, rate)
        inside = "".join(connected) + theirs
        items.append(_gap(rest, rate, _time(cut.start + at, rate), inside))
    return "\n".join(items)


def _markers(item: Item, theirs: Sequence[Theirs], at: int, rate: Fraction) -> str:
    """The markers on the frames of an item that starts at a frame, on its own clock."""
    start = Fraction(_ORIGIN)
    if isinstance(item, Nest):
        start = item.first / rate
    elif isinstance(item, Clip):
        start = _first(item) if item.speed == 1 and not item.ramp else Fraction(0)
    return "".join(
        f'<marker start="{_time(start * rate + frame - at, rate)}"'
        f' duration="{_time(1, rate)}" value="{name}"/>'
        for frame, name in theirs
        if at <= frame < at + item.length
    )


def _first(clip: Clip) -> Fraction:
    """The first moment of a clip on the clock of its media."""
    return Fraction((clip.media.start or 0) + clip.first) / clip.media.rate


def _gap(length: int, rate: Fraction, offset: str, inside: str = "") -> str:
    return (
        f'<gap name="Gap" offset="{offset}" start="{_ORIGIN}s" duration="{_time(length, rate)}">'
        f"{inside}</gap>"
    )


def _element(
    item: Item, rate: Fraction, offset: str, inside: str = "", lane: int | None = None
) -> str:
    where = f'offset="{offset}"' + ("" if lane is None else f' lane="{lane}"')
    if isinstance(item, Gap):
        return _gap(item.length, rate, offset, inside)
    where += f' name="{item.name}" duration="{_time(item.length, rate)}"'
    if isinstance(item, Nest):
        start = _time(item.first, rate)
        return f'<ref-clip ref="{item.name}" {where} start="{start}">{inside}</ref-clip>'
    media = item.media
    first = _first(item)
    if item.speed == 1 and not item.ramp:
        return (
            f'<asset-clip ref="{media.name}" {where} start="{_time(first, Fraction(1))}">'
            f"{inside}</asset-clip>"
        )
    # The own time of a retimed clip begins with it.
    points = "".join(
        f'<timept time="{_time(at, rate)}" interp="linear"'
        f' value="{_time(first + item.shows(at) / rate, Fraction(1))}"/>'
        for at in ([x for x, _ in item.ramp] or (0, item.length))
    )
    return (
        f'<asset-clip ref="{media.name}" {where} start="0s">'
        f"<timeMap>{points}</timeMap>{inside}</asset-clip>"
    )


def _write(path: Path, cut: Cut) -> None:
    path.write_text(text_of(cut), encoding="utf-8")


FEATURES = Features(ramps=True, nests_hold_markers=True)
WRITER = Writer(
    _write,
    ".fcpxml",
    FEATURES,
    # A frame, but where keywords lie under it: as long as its clip allows.
    length=lambda put: None if put.family is MarkerFamily.HIGHLIGHT else 1,
)
