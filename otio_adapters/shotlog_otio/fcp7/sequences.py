"""The sequences of a file, and the tree of the one that is read."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from fractions import Fraction

from shotlog.schema import TimelineEmpty, TimelineUnreadable
from shotlog_otio.fcp7.catalog import Catalog
from shotlog_otio.fcp7.clip_items import ItemReader
from shotlog_otio.fcp7.effects import transition_facts
from shotlog_otio.fcp7.marker_elements import MarkerClock, markers_of_element
from shotlog_otio.fcp7.tracks import items_of
from shotlog_otio.fcp7.tree_size import MOST_ITEMS, count_items
from shotlog_otio.fcp7.values import frames_in, is_on, rate_in, text_in, timecode_in
from shotlog_otio.timeline import (
    Child,
    Node,
    SequenceInfo,
    TimelineTree,
    choose_sequence,
    joined,
    stack_of,
    track_of,
)
from shotlog_otio.xml_text import Element

FALLBACK_RATE = Fraction(24)
"""Rate of a sequence that tells none, as of an OpenTimelineIO timeline."""

DEEPEST = 80
"""Levels of sequences in sequences that are followed."""

_PICTURE = ("video",)
_EVERYTHING = ("video", "audio")


class XmemlSequenceReader:
    """Reader of the sequences of one file.

    Args:
        catalog: The definitions of the file.
        items: Reads the items of their tracks.
        subject: The file, for errors.
    """

    def __init__(self, catalog: Catalog, items: ItemReader, subject: str) -> None:
        self._catalog = catalog
        self._items = items
        self._subject = subject

    def tree(self, wanted: str | None, name: str) -> TimelineTree:
        """Return the tree of one sequence.

        Args:
            wanted: Name of the sequence; None takes the one that no other contains.
            name: The name of a timeline without one.

        Raises:
            TimelineEmpty: There is no sequence.
            TimelineAmbiguous: Several sequences fit.
            TimelineUnreadable: Its frame rate is none, or it would be too large.
        """
        listed = [self._info(sequence) for sequence in self._catalog.sequences]
        if not listed:
            raise TimelineEmpty(self._subject, "there is no sequence in it")
        chosen = choose_sequence(listed, wanted, self._subject)
        sequence = self._catalog.element(chosen.key)  # type: ignore[arg-type]
        warnings: tuple[str, ...] = ()
        try:
            rate = _rate(sequence)
        except ValueError as error:
            raise TimelineUnreadable(self._subject, f"of its sequence, {error}") from error
        if rate is None:
            rate = FALLBACK_RATE
            warnings = (f"the sequence tells no frame rate; {rate} was taken",)
        if count_items(self._catalog, sequence) > MOST_ITEMS:
            raise TimelineUnreadable(
                self._subject,
                f"its sequences show each other so often that it holds over {MOST_ITEMS} clips",
            )
        timecode = timecode_in(sequence, rate)
        self._items.clocks[self._catalog.address(sequence)] = MarkerClock(rate)
        several = len(listed) > 1
        return TimelineTree(
            name=chosen.name or name,
            rate=rate,
            root=self._root(sequence, rate),
            sound_crosses=True,
            start=timecode.start if timecode else Fraction(0),
            drop_frame=timecode.drop_frame if timecode else None,
            warnings=warnings,
            sequences=tuple(
                item._replace(chosen=item is chosen) for item in (listed if several else ())
            ),
        )

    def _info(self, sequence: Element) -> SequenceInfo:
        rate = FALLBACK_RATE
        with suppress(ValueError):
            rate = _rate(sequence) or FALLBACK_RATE
        return SequenceInfo(
            name=text_in(sequence, "name"),
            rate=rate,
            duration=int(_written_end(sequence, rate)),
            key=self._catalog.address(sequence),
            contained=self._catalog.is_contained(sequence),
        )

    def _root(self, sequence: Element, rate: Fraction) -> Node:
        path = self._catalog.address(sequence)
        stack = self._stack(sequence, rate, _EVERYTHING, ())
        markers = tuple(markers_of_element(sequence, path, MarkerClock(rate)))
        # Some writers count the end otherwise, so that clips may lie beyond it.
        length = max(stack.retiming.length, _written_end(sequence, rate) / rate)
        tracks = tuple(child.node for child in stack.children)
        name = text_in(sequence, "name")
        return stack_of(tracks, name=name, length=length, markers=markers, path=path)

    def _stack(
        self, sequence: Element, rate: Fraction, kinds: Iterable[str], around: tuple[Element, ...]
    ) -> Node:
        """Return the tracks of a sequence.

        Args:
            sequence: The sequence.
            rate: Its frames per second.
            kinds: The kinds of tracks that are wanted.
            around: The sequences around it, the outermost first.
        """
        tracks = []
        for kind in kinds:
            media = sequence.child("media", kind)
            for track in media.all("track") if media is not None else ():
                node = self._track(track, rate, kind, (*around, sequence))
                tracks.append(replace(node, picture=kind in _PICTURE))
        return stack_of(tuple(tracks))

    def _track(
        self, track: Element, rate: Fraction, kind: str, around: tuple[Element, ...]
    ) -> Node:
        children = []
        for number, element, place, start, reason, fades in items_of(track, rate):
            if place is None:
                node = self._items.unplaced(element, reason)
            else:
                node = self._items.read(element, place, lambda s: self._nest(s, kind, around))
            node = replace(node, facts=joined(node.facts, *fades))
            children.append(Child(number, start / rate, node))
        children.sort(key=lambda child: child.start)
        enabled = is_on(track, "enabled", otherwise=True)
        facts = transition_facts(track, rate)
        return track_of(tuple(children), enabled=enabled, name=text_in(track, "name"), facts=facts)

    def _nest(self, sequence: Element, kind: str, around: tuple[Element, ...]) -> Node:
        keys = [self._catalog.key(item) for item in around]
        if self._catalog.key(sequence) in keys:
            names = [text_in(item, "name") for item in (*around, sequence)]
            raise ValueError(f"contains itself ({' > '.join(names[-6:])})")
        if len(around) >= DEEPEST:
            raise ValueError("is nested too deeply")
        if sequence.child("media") is None:
            raise ValueError(f'"{sequence.get("id") or ""}" is not in the file')
        try:
            rate = _rate(sequence) or _rate(around[-1]) or FALLBACK_RATE
        except ValueError as error:
            raise ValueError(f"cannot be counted: {error}") from error
        return self._stack(sequence, rate, (kind,), around)


def _rate(sequence: Element) -> Fraction | None:
    """Return the rate of a sequence: its own, that of its timecode, or that of its pictures."""
    pictures = sequence.child("media", "video", "format", "samplecharacteristics")
    places = (sequence, sequence.child("timecode"), pictures)
    return next((rate for place in places if place is not None and (rate := rate_in(place))), None)


def _written_end(sequence: Element, rate: Fraction) -> Fraction:
    """Return the written length of a sequence in frames; 0 where none is known."""
    with suppress(ValueError):
        return max(frames_in(sequence, "duration", rate) or Fraction(0), Fraction(0))
    return Fraction(0)
