"""The contract of a stage, and the film that stages work on."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from hashlib import blake2b
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

from shotlog.engine import Cache, ProbeCache, RunProgress, SilentProgress
from shotlog.schema import Edit, Model, RenderFacts, TimeRange

A = TypeVar("A", bound=Model)


@dataclass(frozen=True)
class DeliveredFilm:
    """A film that is delivered.

    Attributes:
        name: Its name, of which those of its files are made.
        edit: Its timeline.
        media: Identity of the content of each of its media, by path.
        output: The folder of the finished files.
        cache: The cache of evidence.
        facts: Levels of sound, and parts that no render follows.
        single: The media file, where the timeline is that file as a whole; None else.
        beside: A file of subtitles of the film's name beside it; None without one.
        probes: Media that were probed.
        ffmpeg: The FFmpeg to use; None finds one.
        progress: Receives the progress of the stages.
        agree: Asks whether a file may be uploaded, told in lines; None never uploads.
    """

    name: str
    edit: Edit
    media: Mapping[str, str]
    output: Path
    cache: Cache
    facts: RenderFacts = field(default_factory=RenderFacts)
    single: Path | None = None
    beside: Path | None = None
    probes: ProbeCache | None = None
    ffmpeg: Path | None = None
    progress: RunProgress = field(default_factory=SilentProgress)
    agree: Callable[[Sequence[str]], bool] | None = None

    @property
    def identity(self) -> str:
        """Digest of the timeline and of the content of its media."""
        edit = self.edit.model_dump_json(exclude={"warnings"})
        return digest_of(edit, sorted(self.media.items()), self.facts.model_dump_json())


class FilmClip(Model):
    """A range of the film that becomes a file."""

    name: str
    """Its name, of which that of its file is made."""
    range: TimeRange
    """Its range on the timeline's clock."""
    score: float | None = None
    """Its score, 0 to 100; None for the whole film."""
    reasons: tuple[str, ...] = ()
    """Reasons for it, in words."""


class FilmClips(Model):
    """The ranges of the film that become files."""

    clips: tuple[FilmClip, ...]

    @classmethod
    def whole(cls, film: DeliveredFilm) -> FilmClips:
        """Return the film as one clip."""
        whole = TimeRange(start=Fraction(0), duration=film.edit.duration)
        return cls(clips=(FilmClip(name=film.name, range=whole),))


Made = Mapping[str, Model]
"""The results of the stages before, by their names; ``highlights`` is always there."""


class Stage(ABC, Generic[A]):
    """A stage of a delivery, with its settings.

    Attributes:
        name: Its name, that of its table in recipes.
        version: Must be raised when the same input gives another result.
        artifact: Class of its results.
        takes: Names of the stages whose results it uses.
    """

    name: ClassVar[str]
    version: ClassVar[str]
    artifact: type[A]
    takes: ClassVar[tuple[str, ...]] = ()

    @abstractmethod
    def explain(self, film: DeliveredFilm) -> str:
        """Return a line about what it would do."""

    @abstractmethod
    def facts(self, film: DeliveredFilm) -> Any:
        """Return all that decides its result beside the results it takes; of JSON types.

        The film's :attr:`~DeliveredFilm.identity` is regarded already.
        """

    @abstractmethod
    def run(self, film: DeliveredFilm, made: Made) -> A:
        """Return its result.

        Raises:
            ShotlogError: It cannot be done at all. A fault of one clip is a problem in the result.
        """

    def usable(self, film: DeliveredFilm, result: A) -> bool:
        """Return True where a result that was kept still holds; always by default."""
        del film, result
        return True

    def key(self, film: DeliveredFilm, made: Made) -> str:
        """Return the key of its result: a digest of all that decides it."""
        taken = {name: made[name].model_dump_json() for name in self.takes if name in made}
        return digest_of(self.name, self.version, film.identity, self.facts(film), taken)


def digest_of(*parts: Any) -> str:
    """Return a digest of values of JSON types, 32 hexadecimal digits."""
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str)
    return blake2b(text.encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()
