"""The files that the paths and URLs of timelines name, for every kind of timeline file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path

from shotlog.schema import MediaError, MediaMissing, MediaReference, NoPicture, Problem, TimeRange
from shotlog_otio.lookup import FileFinder, FileMatch
from shotlog_otio.references.patterns import MediaClock, PatternReader
from shotlog_otio.relinking import NO_RELINKS, Relinks
from shotlog_otio.urls import candidate_paths, is_remote


@dataclass(frozen=True)
class ClipMedia:
    """The media of a clip, as the timeline gives it.

    Attributes:
        reference: Path and range of the media; None where there is none to analyse.
        available: Range of the media according to the timeline, on the source clock.
        problem: The reason why there is no media.
        warnings: A sentence for each assumption.
        written: The path as the timeline writes it, decoded where it is a URL; None where it
            names none.
        generator: The kind of a picture that the editor makes; None for media.
    """

    reference: MediaReference | None = None
    available: TimeRange | None = None
    problem: Problem | None = None
    warnings: tuple[str, ...] = ()
    written: str | None = None
    generator: str | None = None

    def found(self, reference: MediaReference, *warnings: str | None) -> ClipMedia:
        """Return this with the media that was found, and with what is assumed about it."""
        if self.available:
            # Where the timeline does not tell the start of the media, the engine finds it.
            range_ = {"start": self.available.start, "duration": self.available.duration}
            reference = reference.model_copy(update=range_)
        told = (*self.warnings, *filter(None, warnings))
        return replace(self, reference=reference, warnings=told)


class MediaFinder:
    """Finder of the media of one timeline file.

    Args:
        folders: The folders at which relative paths may start, the likeliest first.
        relinks: The places to which media have moved.
    """

    def __init__(self, folders: Sequence[Path], relinks: Relinks = NO_RELINKS) -> None:
        self.files = FileFinder(folders)
        self._relinks = relinks
        self._patterns = PatternReader(self.files)

    @classmethod
    def beside(cls, path: Path, relinks: Relinks = NO_RELINKS) -> MediaFinder:
        """Return the finder for a timeline file: relative paths start at its folder."""
        return cls([path.absolute().parent, path.resolve().parent], relinks)

    def paths(self, written: str) -> list[str]:
        """Return the paths that a path or URL may stand for, with those to which it has moved."""
        return self._relinks.apply(candidate_paths(written))

    def find(
        self, name: str, written: str, clock: MediaClock | None = None
    ) -> tuple[MediaReference, str | None]:
        """Return the media that a path or URL names, and a warning where its name differs.

        Args:
            name: Name of the clip, for errors.
            written: The path or URL.
            clock: The clock of the media, for numbered pictures.

        Raises:
            MediaMissing: It names a server, or nothing; or several files differ from it in letter
                case alone. A file that does not exist is no error here.
        """
        refuse_remote(name, written)
        paths = self.files.absolute_paths(self.paths(written))
        # First, as the search for files gives a path even where no file exists.
        pictures = self._patterns.read(clock, paths)
        if pictures is not None:
            return pictures.media, pictures.warning
        match = self.file(name, written)
        return MediaReference(path=match.path), match.warning

    def file(self, name: str, written: str) -> FileMatch:
        """Return the file that a path or URL names; see :meth:`find`."""
        match = self.files.find(name, self.paths(written))
        if match is None:
            raise MediaMissing(name, "the timeline gives no path for its media")
        return match

    def clip_media(
        self,
        name: str,
        written: str | None,
        *,
        available: TimeRange | None = None,
        rate: Fraction | None = None,
        used: TimeRange | None = None,
    ) -> ClipMedia:
        """Return the media of a clip; a fault is a problem of the clip.

        Args:
            name: Name of the clip.
            written: Path or URL of its media; None or "" where the timeline names none.
            available: Range of the media on the source clock, as far as the timeline tells.
            rate: Its frames per second, as far as the timeline tells.
            used: The range that the clip uses; taken for numbered pictures without a range.
        """
        media = ClipMedia(available=available, written=written_path(written) if written else None)
        range_ = available or used
        clock = MediaClock(rate, range_, available is not None) if rate and range_ else None
        try:
            if not written:
                raise unnamed(name)
            reference, warning = self.find(name, written, clock)
        except MediaError as error:
            return replace(media, problem=error.problem)
        return media.found(reference, warning)


def generated(name: str, kind: str) -> ClipMedia:
    """Return the media of a title, a colour or another picture that the editor makes."""
    return ClipMedia(problem=generator_error(name, kind).problem, generator=kind)


def generator_error(name: str, kind: str) -> NoPicture:
    """Return the error for a clip whose picture the editor makes."""
    return NoPicture(
        name,
        f"its picture is generated by the editor ({kind}); there is no file to look at",
        "Nothing needs doing; render it in place to have it logged.",
    )


def unnamed(name: str) -> MediaMissing:
    """Return the error for a clip without media."""
    return MediaMissing(
        name,
        "the timeline names no media for it",
        "Relink it; render it in place if it is a title or a generator; export again.",
    )


def written_path(written: str) -> str:
    """Return a path as a timeline writes it, decoded where it is a URL of a file."""
    return written if is_remote(written) else next(iter(candidate_paths(written)), written)


def refuse_remote(name: str, url: str) -> None:
    """Check that a URL names a file.

    Raises:
        MediaMissing: It names a server.
    """
    if is_remote(url):
        raise MediaMissing(
            name, f"its media lies at {url}, not in a file", "Download it and relink the clip."
        )
