"""The way from a source to finished subtitles."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from shotlog.delivery.subtitles.aligning import TOLERANCE, align
from shotlog.delivery.subtitles.breaks import LinkingWords, linking_words
from shotlog.delivery.subtitles.cues import Cue
from shotlog.delivery.subtitles.dividing import divide
from shotlog.delivery.subtitles.film import SpokenFilm
from shotlog.delivery.subtitles.finished import Subtitles
from shotlog.delivery.subtitles.lines import break_lines
from shotlog.delivery.subtitles.profile import Profile
from shotlog.delivery.subtitles.sources import SubtitleSource
from shotlog.delivery.subtitles.tidying import Tidied, tidy, with_text
from shotlog.delivery.subtitles.timing import Grid, join_short, set_times
from shotlog.highlights import find_delay
from shotlog.schema import SubtitleSourceError, TimeRange


@dataclass(frozen=True, slots=True)
class SubtitleOptions:
    """Rules and language of subtitles.

    Attributes:
        profile: The rules.
        narrow: True for a picture that is not wider than high.
        language: Code of the language; empty if the user names none.
        tolerance: Longest way of an edge to speech, in seconds; 0 leaves edges where they are.
        shift: Seconds by which times of the source are moved before all else.
    """

    profile: Profile
    narrow: bool = False
    language: str = ""
    tolerance: Fraction = TOLERANCE
    shift: Fraction = Fraction(0)


def make_subtitles(film: SpokenFilm, source: SubtitleSource, options: SubtitleOptions) -> Subtitles:
    """Return finished subtitles of a film.

    Raises:
        SubtitleSourceError: The source lacks something, fails, or has no subtitle.
        SubtitlesUnreadable: A file cannot be read.
    """
    transcript = source.read(film, options.language)
    told = (cue if cue.told is None else cue.shifted(options.shift) for cue in transcript.cues)
    tidied = tidy(told, film.end)
    if not tidied.cues:
        message = "there is no subtitle in it that belongs to the film"
        raise SubtitleSourceError(source.subject, message, "Check that it is of this film.")
    language = options.language or transcript.language
    aligned = bool(film.speech and options.tolerance)
    speech = film.speech if aligned else ()
    cues = _finish(tidied.cues, film, replace(options, language=language), speech)
    notes = (*transcript.notes, *_left_out(tidied), *_out_of_step(tidied.cues, film, options))
    if options.tolerance and not film.speech:
        notes += ("nobody is heard to speak in the film, so nothing was aligned",)
    return Subtitles(cues, source.text, language, film.rate, aligned, notes)


def _finish(
    cues: Iterable[Cue],
    film: SpokenFilm,
    options: SubtitleOptions,
    speech: Sequence[TimeRange] = (),
) -> tuple[Cue, ...]:
    """Return tidy cues in lines and on frames, aligned to speech where there is any."""
    profile, words = options.profile, linking_words(options.language)
    pieces: list[Cue] = []
    for cue in cues:
        limit = profile.limit(cue.text, narrow=options.narrow)
        pieces += divide(cue, limit, words, profile.shortest, profile.longest)
    pieces = align(pieces, speech, options.tolerance)
    pieces = join_short(pieces, profile, words, narrow=options.narrow)
    grid = Grid.of(film.rate, profile.gap_frames)
    timed = set_times([_with_spoken_time(cue) for cue in pieces], profile, grid, film.end)
    return tuple(_in_lines(cue, options, words) for cue in timed)


def _with_spoken_time(cue: Cue) -> Cue:
    """Return a cue whose words keep their time when it is shown longer, so that it can be read."""
    return cue if cue.marks else replace(cue, marks=((0, cue.start), (len(cue.text), cue.end)))


def _in_lines(cue: Cue, options: SubtitleOptions, words: LinkingWords) -> Cue:
    limit = options.profile.limit(cue.text, narrow=options.narrow)
    lines = break_lines(cue.text, limit, words)
    assert lines is not None  # noqa: S101  # the cue was divided so that it fits
    return with_text(cue, "\n".join(lines))


def _out_of_step(
    cues: Sequence[Cue], film: SpokenFilm, options: SubtitleOptions
) -> tuple[str, ...]:
    """Return a note where cues of a source are early or late for the speech all along."""
    told = [TimeRange.between(cue.start, cue.end) for cue in cues if cue.told is not None]
    if not told or not film.speech:
        return ()
    end = film.end or max(told[-1].end, film.speech[-1].end)
    delay = find_delay(told, film.speech, end)
    if delay is None:
        return ()
    late = f"{float(abs(delay)):.1f} s {'late' if delay > 0 else 'early'}"
    return (
        f"the subtitles are {late} for the voices that are heard, all along: move them with"
        f" --shift {float(options.shift - delay):+.1f}",
    )


def _left_out(tidied: Tidied) -> tuple[str, ...]:
    told = (
        (tidied.empty, "cue(s) without text were left out"),
        (tidied.outside, "cue(s) after the end of the film were left out"),
        (tidied.repeated, "cue(s) that repeat another one were left out"),
    )
    return tuple(f"{count} {words}" for count, words in told if count)
