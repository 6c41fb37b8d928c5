"""A timeline of picked shots, and its log."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import chain
from pathlib import Path

from shotlog.engine import ProbeCache
from shotlog.engine.sources import fold_warnings
from shotlog.schema import (
    ClipRange,
    Cut,
    Edit,
    Log,
    Problem,
    TimelineEmpty,
    TimeRange,
    readable,
)
from shotlog.selects.cards import TitleCard, make_card
from shotlog.selects.carrying import EditorMarker, carry_markers
from shotlog.selects.lengths import NO_LENGTH, Length
from shotlog.selects.locating import LocatedPick, locate_picks
from shotlog.selects.moving import MovedShot, collect_highlights
from shotlog.selects.picks import Pick, PickGroup, PlacedGroup, Selects, count_of_shots
from shotlog_otio import Blank, MediaPiece, make_timeline_of_pieces, pieces_clock, read_edit

_UNSAFE = re.compile(r"[^\w-]")
"""Characters that a file name does without on every system."""


@dataclass(frozen=True)
class Layout:
    """Positions of shots in selects.

    Attributes:
        handles: Length of media shown before and after each shot, as far as there are any.
        gap: Length of the gap between two groups, or of a title card; None for none.
        cards: Folder for the pictures of title cards, one before each group; None for gaps.
        facts: Texts that are written into the metadata of the timeline, under our key.
    """

    handles: Length = NO_LENGTH
    gap: Length | None = None
    cards: Path | None = None
    facts: Mapping[str, str] = field(default_factory=dict)


NO_LAYOUT = Layout()
"""No handles and no gaps."""


def make_selects(
    picks: Sequence[Pick], name: str, probe_cache: ProbeCache, handles: int = 0
) -> Selects:
    """Make a timeline of shots: one video track, a clip for each, in their order.

    A clip shows the frames of its shot, at the rate of the media and counted from their start
    timecode. It runs forwards at normal speed, also where the logged timeline shows the shot
    backwards or with another speed; labels of moves are then those of the media. A range that does
    not begin on a frame of its media begins on the nearest. A freeze frame of film is one frame
    long, a still as long as in every new timeline. Shots that touch stay clips of their own.

    The log has every finding on the clock of the new timeline. Highlights are cut to the shots, and
    ranked anew by their scores, which remain relative to the timelines that they come from. There
    is no curve of excitement, as the curves of different timelines have no common scale.

    Args:
        picks: The shots; one may be picked more than once.
        name: Name of the timeline.
        probe_cache: Probes the media; what was probed already is not probed again.
        handles: Frames of the media shown before and after each shot, as far as there are any.

    Raises:
        TimelineEmpty: There is no pick, or the media of none can be used.
        ValueError: The number of handles is negative.
    """
    if handles < 0:
        raise ValueError(f"{handles} handles are fewer than none")
    alone = PickGroup("", "", tuple(picks))
    return make_stringouts([alone], name, probe_cache, Layout(Length(Fraction(handles))))


def make_stringouts(
    groups: Sequence[PickGroup],
    name: str,
    probe_cache: ProbeCache,
    layout: Layout = NO_LAYOUT,
    markers: Iterable[EditorMarker] = (),
) -> Selects:
    """Make a timeline of groups of shots, one after the other; for the rest see `make_selects`.

    A group of which no shot can be shown has no place in it.

    Args:
        groups: The groups.
        name: Name of the timeline.
        probe_cache: Probes the media.
        layout: Handles, and gaps between the groups.
        markers: Markers of editors in the timeline that was logged; those that begin in a shot are
            carried along.

    Raises:
        TimelineEmpty: There is no pick, or the media of none can be used.
    """
    name = readable(name)
    located = [locate_picks(group.picks, probe_cache, layout.handles) for group in groups]
    problems = tuple(chain.from_iterable(told for _, told in located))
    shown = [(group, found) for group, (found, _) in zip(groups, located, strict=True) if found]
    found = [each for _, listed in shown for each in listed]
    if not found:
        raise _nothing(name, problems)
    pieces = [[each.piece for each in listed] for _, listed in shown]
    clock = pieces_clock([each.piece for each in found])
    between = _between([group for group, _ in shown], pieces, clock.rate, layout, probe_cache)
    edit = _read(make_timeline_of_pieces(_parts(between, pieces), name))
    edit, clips = _with_warnings(edit, between, shown)
    moved = [
        MovedShot(each.pick, each.clip, clip, each.shown, each.piece)
        for each, clip in zip(found, clips, strict=True)
    ]
    on_timeline, on_clips = carry_markers(markers, moved)
    carried = iter(on_clips)
    pieces = [[replace(piece, markers=next(carried)) for piece in listed] for listed in pieces]
    log = Log(
        edit=edit,
        shots=tuple(each.logged() for each in moved),
        highlights=tuple(collect_highlights(moved)),
        cuts={clip.id: tuple(_cuts_in(each)) for each, clip in zip(found, clips, strict=True)},
        problems=problems,
        warnings=(
            *clock.warnings,
            *fold_warnings(edit.clips, {clip.id: clip.warnings for clip in edit.clips}),
        ),
    )
    parts = _parts(between, pieces)
    timeline = make_timeline_of_pieces(parts, name, on_timeline, layout.facts)
    cards = {card.path: card.picture for card in between if isinstance(card, TitleCard)}
    return Selects(timeline, log, problems, tuple(_placed(shown, clips)), cards)


def _nothing(name: str, problems: Sequence[Problem]) -> TimelineEmpty:
    if not problems:
        return TimelineEmpty(name, "no shot was picked for it", "Pick at least one shot.")
    first = problems[0]
    return TimelineEmpty(
        name,
        f"of the {len(problems)} picked shots none can be used; the first, {first.subject}:"
        f" {first.message}",
        first.hint,
    )


def _between(
    groups: Sequence[PickGroup],
    pieces: Sequence[Sequence[MediaPiece]],
    rate: Fraction,
    layout: Layout,
    probe_cache: ProbeCache,
) -> list[TitleCard | Blank | None]:
    """Return what lies before each group: a title card, or a gap except before the first."""
    gap = layout.gap
    if gap is None:
        return [None] * len(groups)
    if layout.cards is None:
        return [Blank(gap.seconds(rate)) if number else None for number in range(len(groups))]
    length = max(1, gap.frames(rate))
    cards: list[TitleCard | Blank | None] = []
    for number, (group, listed) in enumerate(zip(groups, pieces, strict=True), start=1):
        if not group.name:
            cards.append(None)
            continue
        path = layout.cards / f"{number:02d} {_UNSAFE.sub('_', group.key)}.png"
        lines = (group.name, count_of_shots(len(listed)))
        cards.append(make_card(path, lines, length, rate, probe_cache))
    return cards


def _parts(
    between: Sequence[TitleCard | Blank | None], pieces: Sequence[Sequence[MediaPiece]]
) -> list[MediaPiece | Blank]:
    """Return the parts of the timeline: of each group what lies before it, and its pieces."""
    parts: list[MediaPiece | Blank] = []
    for before, listed in zip(between, pieces, strict=True):
        if before is not None:
            parts.append(before.piece if isinstance(before, TitleCard) else before)
        parts += listed
    return parts


def _placed(
    shown: Sequence[tuple[PickGroup, Sequence[LocatedPick]]], clips: Sequence[ClipRange]
) -> Iterator[PlacedGroup]:
    coming, start = iter(clips), Fraction(0)
    for group, found in shown:
        own = [next(coming) for _ in found]
        kept = replace(group, picks=tuple(each.pick for each in found))
        whole = TimeRange.between(start, own[-1].timeline.end)
        yield PlacedGroup(kept, whole, tuple(clip.id for clip in own))
        start = whole.end


def _read(timeline: bytes) -> Edit:
    with tempfile.TemporaryDirectory(prefix="shotlog-") as folder:
        file = Path(folder) / "selects.otio"
        file.write_bytes(timeline)
        return read_edit(file)


def _with_warnings(
    edit: Edit,
    between: Sequence[TitleCard | Blank | None],
    shown: Sequence[tuple[PickGroup, Sequence[LocatedPick]]],
) -> tuple[Edit, list[ClipRange]]:
    """Return the edit with all that is assumed about its clips, and the clips of the shots."""
    coming = iter(edit.clips)
    every, own = [], []
    for before, (_, found) in zip(between, shown, strict=True):
        if isinstance(before, TitleCard):
            every.append(next(coming))
        for each in found:
            clip = next(coming)
            clip = clip.model_copy(update={"warnings": (*clip.warnings, *each.warnings)})
            own.append(clip)
            every.append(clip)
    return edit.model_copy(update={"clips": tuple(every)}), own


def _cuts_in(each: LocatedPick) -> list[Cut]:
    """Return the changes of shot in a clip: those that its handles reach."""
    cuts = each.pick.log.cuts.get(each.clip.id, ())
    return [cut for cut in cuts if each.piece.range.start < cut.at < each.piece.range.end]
