"""The media of clips: the file that holds the frames, and the timecode of its first frame.

Avid knows two files of most clips: the MXF that it works with and the original that was imported.
The frames that the edit counts are those of the former, so its place is what is taken; the original
stands in where no file is named, as for media that lie in the AAF itself.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, replace
from fractions import Fraction

from aaf2 import mobs

from shotlog.schema import MediaMissing, TimeRange
from shotlog_otio.aaf.chain import Hop, follow, is_file, is_straight, length_in, timecode_of
from shotlog_otio.aaf.values import Aaf, attributes_of, text_of, value_of
from shotlog_otio.lookup import is_file as exists
from shotlog_otio.references import ClipMedia, MediaFinder
from shotlog_otio.urls import candidate_paths

_LINK = "Export the sequence again with links to its media."
_VOLUMES = "/Volumes"
"""The folder in which macOS has the disks, by their names."""


@dataclass(frozen=True)
class Footage:
    """What a source clip shows.

    Attributes:
        name: Name of the master clip.
        media: The media.
        rate: Frames per second of the media; None where it is not known.
        start: The place that the clip refers to, on the media's own clock with its timecode, in
            seconds.
    """

    name: str
    media: ClipMedia
    rate: Fraction | None
    start: Fraction


class FootageReader:
    """Reader of the media of the clips of one file.

    Args:
        finder: Finds the files.
    """

    def __init__(self, finder: MediaFinder) -> None:
        self._finder = finder
        self._media: dict[tuple[str, str | None, TimeRange | None], ClipMedia] = {}
        self._known: dict[tuple[Hashable, int], tuple[Footage, Fraction]] = {}

    def read(self, clip: Aaf, moment: Fraction) -> Footage:
        """Return what a source clip shows.

        Args:
            clip: A source clip that refers to no composition.
            moment: Its start in what it refers to, in seconds.
        """
        key = (clip.mob_id, clip.slot_id)
        if known := self._known.get(key):
            footage, at = known
            return replace(footage, start=footage.start + moment - at)
        hops = list(follow(clip, moment))
        footage = self._read(clip, hops, moment)
        if all(map(is_straight, hops)):  # then another part of it lies in the same file
            self._known[key] = (footage, moment)
        return footage

    def _read(self, clip: Aaf, hops: list[Hop], moment: Fraction) -> Footage:
        name = hops[0].mob.name or "" if hops else ""
        at = next((n for n, hop in enumerate(hops) if is_file(hop.mob)), None)
        if at is None:
            return self._without_file(clip, name, hops, moment)
        file = hops[at]
        # The timecode is that of the nearest tape; some writers have it on the file or master.
        origins = (*hops[at + 1 :], *reversed(hops[: at + 1]))
        code = next((found for hop in origins if (found := _timecode_at(hop, file))), Fraction(0))
        available = TimeRange(start=code, duration=length_in(file) or Fraction(0))
        url = self._url(hops, at)
        media = self._find(name, url, available, file.rate)
        if url is None and file.mob.essence is not None:
            error = MediaMissing(name, "its media lie in the AAF itself", _LINK)
            media = replace(media, problem=error.problem)
        return Footage(name, media, file.rate, code + file.moment)

    def _without_file(self, clip: Aaf, name: str, hops: list[Hop], moment: Fraction) -> Footage:
        """Return a clip of which the file names no media: offline, on tape, or of another file."""
        last = hops[-1] if hops else None
        url = next((found for hop in hops for found in _urls(hop.mob)), None)
        media = self._find(name, url, None, last.rate if last else None)
        if last is None and clip.mob_id is not None and clip.mob_id.int:
            error = MediaMissing(name, "its master clip is not in the file", _LINK)
            media = replace(media, problem=error.problem)
        return Footage(name, media, last.rate if last else None, last.moment if last else moment)

    def _find(
        self, name: str, url: str | None, available: TimeRange | None, rate: Fraction | None
    ) -> ClipMedia:
        key = (name, url, available)
        if key not in self._media:
            self._media[key] = self._finder.clip_media(name, url, available=available, rate=rate)
        return self._media[key]

    def _url(self, hops: list[Hop], at: int) -> str | None:
        """Return the place of the media: of the file, else of the original, else of the master."""
        places = [
            *_urls(hops[at].mob),
            *(url for hop in hops[at + 1 :] for url in _urls(hop.mob)),
            *(path for hop in hops[:at] for path in _logged(hop.mob)),
            *(hop.mob.name or "" for hop in hops[at + 1 :] if _is_path(hop.mob.name or "")),
        ]
        if not places:
            return None
        known = (
            path for path in _spellings(places[0]) if any(map(exists, self._finder.paths(path)))
        )
        return next(known, places[0])


def _timecode_at(hop: Hop, file: Hop) -> Fraction | None:
    """Return the timecode that a mob has where the file starts, in seconds."""
    if not isinstance(hop.mob, (mobs.SourceMob, mobs.MasterMob)):
        return None
    code = timecode_of(hop.mob)
    return None if code is None else code.start + hop.moment - file.moment


def _urls(mob: Aaf) -> Iterator[str]:
    """Yield the places of a mob's essence, as it writes them."""
    description = value_of(mob, "EssenceDescription") if isinstance(mob, mobs.SourceMob) else None
    if description is None:
        return
    for part in (description, *value_of(description, "FileDescriptors", ())):
        for locator in value_of(part, "Locator", ()):
            if url := text_of(locator, "URLString"):
                yield url


def _logged(mob: Aaf) -> Iterator[str]:
    """Yield the path that a logging tool left in Avid's column ``UNC Path``, where it is a file."""
    path = attributes_of(mob, "UserComments").get("UNC Path")
    if isinstance(path, str) and _is_path(path) and "." in path[-6:]:
        yield path


def _is_path(text: str) -> bool:
    return text.startswith(("/", "\\\\")) or text[1:3] in (":\\", ":/")


def _spellings(url: str) -> Iterator[str]:
    """Yield a place as it is written, and as this computer may know it.

    On macOS, Avid begins the path with the name of the computer or disk:
    ``file:///edit-4//Users/Shared/a.mxf``, ``file:///Macintosh%20HD/Users/a.mov``.
    """
    yield url
    paths = candidate_paths(url)
    if url.casefold().startswith("file:///") and paths and paths[0].startswith("/"):
        yield f"{_VOLUMES}{paths[0]}"
        _, _, inner = paths[0].lstrip("/").partition("/")
        if inner:
            yield f"/{inner.lstrip('/')}"
