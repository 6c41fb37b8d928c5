"""The media that clips of Final Cut Pro 7 XML show."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import PurePosixPath

from shotlog.schema import MediaError, TimeRange
from shotlog_otio.fcp7.catalog import Catalog
from shotlog_otio.fcp7.values import frames_in, rate_in, text_in, timecode_in
from shotlog_otio.lookup import is_file
from shotlog_otio.references import ClipMedia, MediaFinder, generated
from shotlog_otio.xml_text import Element

_PICTURES = frozenset({
    ".ai", ".arw", ".bmp", ".cin", ".cr2", ".dng", ".dpx", ".eps", ".exr", ".gif", ".heic", ".hdr",
    ".ico", ".iff", ".jpe", ".jpeg", ".jpg", ".pct", ".pcx", ".pict", ".png", ".psd", ".svg",
    ".tga", ".tif", ".tiff", ".webp",
})  # fmt: skip
"""Suffixes of files that hold one picture."""

_NUMBERED = re.compile(r"(?P<stem>.*[^0-9])(?P<number>[0-9]{2,9})(?P<suffix>\.\w+)", re.DOTALL)


@dataclass(frozen=True)
class MediaFile:
    """A media file, as a timeline describes it.

    Attributes:
        url: Its URL or path; "" where there is none.
        rate: Its frames per second; None where the file does not tell, or tells none that exist.
        start: Timecode of its first frame, in seconds; None where the file does not tell.
        length: Its length in seconds; None where the file does not tell. It may be a frame short.
        generated: The kind of a title or colour that the editor makes; "" for a file.
        name: Its name.
        still: True where it holds a single picture.
    """

    url: str = ""
    rate: Fraction | None = None
    start: Fraction | None = None
    length: Fraction | None = None
    generated: str = ""
    name: str = ""
    still: bool = False


class FileReader:
    """Reader of the ``<file>`` elements of one timeline.

    Args:
        catalog: Its definitions.
        finder: Finds the files on this machine.
    """

    def __init__(self, catalog: Catalog, finder: MediaFinder) -> None:
        self._catalog = catalog
        self._finder = finder
        self._known: dict[Element, MediaFile] = {}
        self._found: dict[MediaFile, ClipMedia] = {}

    def file_of(self, item: Element, rate: Fraction) -> MediaFile:
        """Return the media of a clip.

        Args:
            item: The clip.
            rate: Its own rate, which a file without one inherits.
        """
        element = self._element(item)
        if element is None:
            return MediaFile()
        element = self._catalog.definition(element)
        if element not in self._known:
            self._known[element] = _read(element, rate)
        return self._known[element]

    def media(self, name: str, file: MediaFile, used: TimeRange) -> ClipMedia:
        """Return the media of a clip as it lies on this machine.

        Args:
            name: Name of the clip.
            file: Its media.
            used: The range that it uses, on the source clock.
        """
        # Most clips share their media with others, and a search asks the disk several times. The
        # name of the first one in a problem is replaced by that of each clip when it is read.
        if file not in self._found:
            self._found[file] = self._media(name, file, used)
        return self._found[file]

    def _media(self, name: str, file: MediaFile, used: TimeRange) -> ClipMedia:
        if file.generated and not file.url:
            return generated(name, file.generated)
        written, available = self._pattern(file) or file.url, _available(file, used)
        found = self._finder.clip_media(
            name, written, available=available, rate=file.rate, used=used
        )
        if written != file.url:  # for people it stays the first picture
            found = replace(found, written=self._finder.clip_media(name, file.url).written)
        if found.reference is None:
            return found
        # Frames count from the first one of the media, whether its timecode is known or not.
        facts = {"start": file.start or Fraction(0), "duration": file.length}
        return replace(found, reference=found.reference.model_copy(update=facts))

    def _pattern(self, file: MediaFile) -> str | None:
        """Return the pattern of numbered pictures that are named by the first of them.

        Only where the last is there too: photos have numbers in their names as well.
        """
        numbered = _NUMBERED.fullmatch(file.url)
        if numbered is None or file.rate is None or not file.length or file.still:
            return None
        stem, suffix, width = numbered["stem"], numbered["suffix"], len(numbered["number"])
        first = int(numbered["number"])
        last = first + int(file.length * file.rate) - 1
        if suffix.lower() not in _PICTURES:
            return None
        with suppress(MediaError):
            found = self._finder.file(file.name, f"{stem}{last:0{width}d}{suffix}")
            if is_file(found.path):
                return f"{stem}[{first:0{width}d}-{last:0{width}d}]{suffix}"
        return None

    def _element(self, item: Element) -> Element | None:
        """Return the file of a clip: its own, that of the angle it shows, or of its master clip."""
        if (own := item.child("file")) is not None:
            return own
        if (multiclip := item.child("multiclip")) is not None:
            angle = _active_angle(self._catalog.definition(multiclip))
            clip = angle.child("clip") if angle is not None else None
            return None if clip is None else self._element(self._catalog.definition(clip))
        master = self._catalog.named("clip", text_in(item, "masterclipid"))
        return None if master is None else _first_file(master)


def angle_offset(item: Element, catalog: Catalog) -> Fraction:
    """Return the frames of a multiclip before the first frame of the angle that is shown.

    Raises:
        ValueError: They are no number.
    """
    multiclip = item.child("multiclip")
    if multiclip is None or item.child("file") is not None:
        return Fraction(0)
    angle = _active_angle(catalog.definition(multiclip))
    if angle is None:
        return Fraction(0)
    clip = angle.child("clip")
    for owner in (angle, *([] if clip is None else [catalog.definition(clip)])):
        if (offset := frames_in(owner, "syncoffset", Fraction(1))) is not None:
            return offset
    return Fraction(0)


def _active_angle(multiclip: Element) -> Element | None:
    angles = multiclip.all("angle")
    active = (a for a in angles if (a.value("activevideoangle") or "").casefold() == "true")
    return next(active, angles[0] if angles else None)


def _first_file(clip: Element) -> Element | None:
    return next((element for element in clip.walk() if element.tag == "file"), None)


def _read(element: Element, inherited: Fraction) -> MediaFile:
    rate: Fraction | None = None
    with suppress(ValueError):
        rate = rate_in(element) or inherited
    count = rate or inherited
    timecode = timecode_in(element, count)
    frames = None
    with suppress(ValueError):
        frames = frames_in(element, "duration", count)
    url = text_in(element, "pathurl")
    if "\n" in url:  # indented; else blanks are a part of the name
        url = url.strip()
    if frames is None:
        still = PurePosixPath(url.rstrip()).suffix.lower() in _PICTURES
    else:
        still = frames <= 1
    made = element.value("mediaSource") or ""
    return MediaFile(
        url=url,
        rate=rate,
        # What the editor makes begins nowhere.
        start=timecode.start if timecode and (url or not made) else None,
        length=frames / count if frames and frames > 0 else None,
        generated=made,
        name=text_in(element, "name"),
        still=still,
    )


def _available(file: MediaFile, used: TimeRange) -> TimeRange | None:
    """Return the range of the media, as far as the timeline tells where it starts."""
    if file.start is None:
        return None
    length = max(used.end - file.start, Fraction(0)) if file.length is None else file.length
    return TimeRange(start=file.start, duration=length)
