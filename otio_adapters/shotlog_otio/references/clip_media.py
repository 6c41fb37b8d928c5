"""Media references of clips: the media's path, or the reason why there is none."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from math import ceil
from pathlib import Path
from typing import Any

import opentimelineio as otio

from shotlog.schema import (
    ImageSequence,
    MediaError,
    MediaMissing,
    MediaReference,
    MediaUnsupported,
    possible_paths,
)
from shotlog_otio.documents import Document
from shotlog_otio.exact import exact_range, rate_of
from shotlog_otio.lookup import FileMatch, name_warning, similar_names
from shotlog_otio.references.bundled_media import BundledMedia
from shotlog_otio.references.media_finder import (
    ClipMedia,
    MediaFinder,
    generator_error,
    refuse_remote,
    unnamed,
    written_path,
)
from shotlog_otio.references.patterns import MediaClock
from shotlog_otio.relinking import NO_RELINKS, Relinks
from shotlog_otio.urls import candidate_paths, is_absolute

_MAX_DIGITS = 20
"""Digits of a picture's number; 64 bits have no more."""


def _length(reference: Any) -> ClipMedia:
    if reference is None or reference.available_range is None:
        return ClipMedia()
    try:
        return ClipMedia(available=exact_range(reference.available_range))
    except ValueError as error:
        return ClipMedia(warnings=(f"the length of its media is passed over: {error}",))


_Facts = tuple[str, float, float, float, float]
"""The URL of a file, and the numbers of its range."""


def _facts(reference: Any) -> _Facts | None:
    """Return all that a reference to a file tells; None where it tells no range, or no file."""
    if not isinstance(reference, otio.schema.ExternalReference):
        return None
    if (range_ := reference.available_range) is None:
        return None
    start, duration = range_.start_time, range_.duration
    return (reference.target_url, start.value, start.rate, duration.value, duration.rate)


class ReferenceReader:
    """Reader of the media references of one timeline file.

    Args:
        document: The file; relative paths start at its folder, at that of the file which it links
            to, or inside it where it is a bundle.
        cache: Folder for the media of a bundle; None takes the user's cache folder.
        relinks: The places to which media have moved.
    """

    def __init__(
        self, document: Document, cache: Path | None = None, relinks: Relinks = NO_RELINKS
    ) -> None:
        self._finder = MediaFinder.beside(document.file, relinks)
        self._bundle = BundledMedia(document.path, cache) if document.member else None
        self._known: dict[_Facts, ClipMedia] = {}

    def read(self, clip: Any) -> ClipMedia:
        """Return the media of a clip's active media reference; that of a bundle is extracted."""
        reference = clip.media_reference
        facts = _facts(reference)  # a timeline names the same media in thousands of clips
        if facts is None or facts not in self._known:
            media = self._read(clip, reference)
            # An error names the clip, and numbered pictures without a range take that of the clip.
            if facts is None or media.problem or not media.available:
                return media
            self._known[facts] = media
        return self._known[facts]

    def _read(self, clip: Any, reference: Any) -> ClipMedia:
        length = replace(_length(reference), written=_written(reference))
        try:
            media, warning = self._media(clip, reference)
        except MediaError as error:
            return replace(length, problem=error.problem, generator=_generator(reference))
        return length.found(media, warning, *_missing_frames_warning(reference))

    def _media(self, clip: Any, reference: Any) -> tuple[MediaReference, str | None]:
        """Return the media, and a warning where its name differs from the timeline's."""
        name = clip.name
        if isinstance(reference, otio.schema.ExternalReference):
            match = self._bundled(name, reference.target_url) if self._bundle else None
            if match is not None:
                return MediaReference(path=match.path), match.warning
            return self._finder.find(name, reference.target_url, _clock(clip))
        if isinstance(reference, otio.schema.ImageSequenceReference):
            return self._sequence(name, reference)
        if isinstance(reference, otio.schema.GeneratorReference):
            raise generator_error(name, _generator(reference) or "")
        raise unnamed(name)

    def _bundled(self, name: str, url: str) -> FileMatch | None:
        """Return the file that a URL names in the bundle; None for one outside of it."""
        refuse_remote(name, url)
        paths = candidate_paths(url)
        members = [path.removeprefix("./") for path in paths]
        inside = self._bundle.find(members) if self._bundle else None
        if self._bundle and inside is not None:
            warning = None if inside in members else name_warning(members[0], inside)
            return FileMatch(str(self._bundle.extract(inside)), warning)
        if paths and not is_absolute(paths[0]):
            raise MediaMissing(
                name,
                f"its media {paths[0]} is not in the bundle",
                "Export the bundle again with its media, or relink the clip.",
            )
        return None

    def _sequence(self, name: str, reference: Any) -> tuple[MediaReference, str | None]:
        base, number = reference.target_url_base, reference.start_frame
        refuse_remote(name, base)
        width, step = reference.frame_zero_padding, reference.frame_step
        if step < 1 or number < 0 or not 0 <= width <= _MAX_DIGITS:
            raise MediaUnsupported(
                name,
                f"its pictures are numbered from {number} in steps of {step}, with {width} digits",
                "Number them upwards, from 0 or above, or make a movie of them.",
            )
        try:
            rate = rate_of(reference)
        except ValueError as error:
            raise MediaUnsupported(name, f"of its image sequence, {error}") from error
        prefix, suffix = reference.name_prefix, reference.name_suffix
        first = f"{prefix}{number:0{width}d}{suffix}"
        folders = self._finder.paths(base) or ["."]
        match = self._finder.files.find(name, (_join(folder, first) for folder in folders))
        if match is None or "\0" in match.path:
            raise MediaMissing(name, "the timeline gives no path for its image sequence")
        # The names on the disk may be spelled otherwise: not in UTF-8, or in another letter case.
        if not match.path.endswith(first):
            prefix, suffix = possible_paths(prefix)[-1], possible_paths(suffix)[-1]
        if match.warning:
            digits = f"{number:0{width}d}"
            prefix, suffix = _actual_ends(Path(match.path).name, digits, prefix, suffix)
        stem = match.path.removesuffix(f"{prefix}{number:0{width}d}{suffix}") + prefix
        directive = f"%0{width}d" if width else "%d"
        pattern = _escape(stem) + directive + _escape(suffix)
        sequence = ImageSequence(
            pattern=pattern,
            first=number,
            rate=rate / step,  # the rate of the reference counts numbers, present or not
            step=step,
            last=_last(reference, rate),
        )
        return MediaReference(path=match.path, sequence=sequence), match.warning


def _actual_ends(name: str, number: str, prefix: str, suffix: str) -> tuple[str, str]:
    """Return the text before and after the number in a name of another spelling."""
    for at in range(len(name)):
        before, after = name[:at], name[at + len(number) :]
        similar = similar_names(prefix, [before]) and similar_names(suffix, [after])
        if name.startswith(number, at) and similar:
            return before, after
    return prefix, suffix


def _missing_frames_warning(reference: Any) -> tuple[str, ...]:
    """Return a warning where the editor replaces missing pictures otherwise than Shotlog."""
    policies = otio.schema.ImageSequenceReference.MissingFramePolicy
    policy = getattr(reference, "missing_frame_policy", None)
    if policy in (None, policies.error, policies.hold):
        return ()
    return (
        f'pictures that are missing from the sequence are shown as "{policy.name}" by the editor;'
        " here the one before is held",
    )


def _last(reference: Any, rate: Fraction) -> int | None:
    """Return the number of the last picture, where the reference tells a length."""
    length = _length(reference).available
    numbers = ceil(length.duration * rate) if length else 0
    return reference.start_frame + numbers - 1 if numbers else None


def _join(folder: str, name: str) -> str:
    """Return the path of a name in a folder, with the separator that the folder's path has."""
    if folder.endswith(("/", "\\")):
        return folder + name
    return f"{folder}\\{name}" if "\\" in folder and "/" not in folder else f"{folder}/{name}"


def _escape(text: str) -> str:
    return text.replace("%", "%%")  # in FFmpeg's image patterns a percent sign starts the number


def _written(reference: Any) -> str | None:
    """Return the path in a reference, decoded; for numbered pictures with ``%04d`` in it."""
    if isinstance(reference, otio.schema.ExternalReference):
        return written_path(reference.target_url) if reference.target_url else None
    if isinstance(reference, otio.schema.ImageSequenceReference):
        width = reference.frame_zero_padding
        name = f"{reference.name_prefix}{f'%0{width}d' if width else '%d'}{reference.name_suffix}"
        return _join(written_path(reference.target_url_base), name)
    return None


def _clock(clip: Any) -> MediaClock | None:
    """Return the clock of the media, else that of the clip."""
    available = clip.media_reference.available_range
    for range_ in filter(None, (available, clip.source_range)):
        try:
            return MediaClock(rate_of(range_.duration), exact_range(range_), range_ is available)
        except ValueError:
            continue
    return None


def _generator(reference: Any) -> str | None:
    """Return the kind of a picture that the editor makes; None for any other reference."""
    if not isinstance(reference, otio.schema.GeneratorReference):
        return None
    return reference.generator_kind or reference.name or "a title or colour"
