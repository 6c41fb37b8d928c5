"""The stage that renders the files."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final, cast

from shotlog.delivery.encode import (
    ENCODERS,
    Hdr,
    RenderedFile,
    RenderOptions,
    find_ffmpeg,
    plan_render,
    render,
)
from shotlog.delivery.extras import EXTRAS, Extra, FilmToRender, extend_film
from shotlog.delivery.recipe.contract import DeliveredFilm, FilmClip, FilmClips, Made, Stage
from shotlog.delivery.recipe.recipe import RenderSettings, SubtitlesSettings
from shotlog.delivery.recipe.stages.subtitles import FilmTexts
from shotlog.delivery.subtitles import load_profile, load_style
from shotlog.delivery.subtitles import render as write_cues
from shotlog.files import replace_file
from shotlog.media import content_id
from shotlog.schema import (
    FfmpegUnusable,
    Model,
    Problem,
    Reframing,
    ShotlogError,
    Stopped,
)

_UNUSUAL: Final = re.compile(r"[^\w.-]+")
_LONGEST: Final = 80


class RenderedClip(Model):
    """A clip that was rendered, or why it was not."""

    clip: FilmClip
    """The clip."""
    file: RenderedFile | None = None
    """The file; None where it could not be made."""
    content: str = ""
    """Identity of the file's content."""
    texts: str = ""
    """The file of its subtitles beside it; empty without one."""
    problem: Problem | None = None
    """Why it could not be made."""


class RenderedClips(Model):
    """The clips of a film that were rendered."""

    clips: tuple[RenderedClip, ...]


@dataclass(frozen=True)
class RenderStage(Stage[RenderedClips]):
    """Renders the clips; see :mod:`shotlog.delivery.encode`."""

    settings: RenderSettings
    look: SubtitlesSettings | None

    name: ClassVar[str] = "render"
    version: ClassVar[str] = "1"
    artifact = RenderedClips
    takes: ClassVar[tuple[str, ...]] = ("highlights", "reframe", "subtitles")

    def explain(self, film: DeliveredFilm) -> str:
        """Return a line about what it would do."""
        told = self.settings
        size = told.size or "the size of the film"
        loudness = "" if told.loudness is None else f", {told.loudness:g} LUFS"
        extras = "".join(f", {extra.name}" for extra in self._extras)
        return f"{told.use}, {size}{loudness}{extras}, into {film.output}"

    def facts(self, film: DeliveredFilm) -> Any:
        """Return the settings, the look of subtitles, the folder, the program and the extras."""
        look = None
        if self.look is not None:
            look = [str(load_style(self.look.style)), self.look.burn]
        extras = [[extra.text, extra.version] for extra in self._extras]
        try:
            program = find_ffmpeg(film.ffmpeg).version
        except FfmpegUnusable:  # the render tells it
            program = None
        told = self.settings.model_dump(mode="json")
        return [told, look, str(film.output), str(program), extras]

    def usable(self, film: DeliveredFilm, result: RenderedClips) -> bool:
        """Return True where every file is still there as it was made."""
        del film
        return all(_is_there(each) for each in result.clips)

    def run(self, film: DeliveredFilm, made: Made) -> RenderedClips:
        """Return the files; one that cannot be made costs no other.

        Raises:
            RenderRefused: The film cannot be rendered as was asked.
            FfmpegUnusable: There is no FFmpeg.
            Stopped: On Ctrl-C; finished files stay.
        """
        clips = cast(FilmClips, made["highlights"])
        options = self._options(film, cast(Reframing | None, made.get("reframe")))
        texts = cast(FilmTexts | None, made.get("subtitles"))
        return RenderedClips(
            clips=tuple(self._one(film, clip, options, texts) for clip in clips.clips)
        )

    def _options(self, film: DeliveredFilm, reframing: Reframing | None) -> RenderOptions:
        told = self.settings
        width, _, height = told.size.partition("x")
        return RenderOptions(
            size=(int(width), int(height)) if told.size else None,
            encoder=ENCODERS.choose(told.use),
            loudness=told.loudness,
            peak=told.peak,
            hdr=cast(Hdr, told.hdr) if told.hdr else None,
            reframing=reframing,
            ffmpeg=film.ffmpeg,
        )

    def _one(
        self, film: DeliveredFilm, clip: FilmClip, options: RenderOptions, texts: FilmTexts | None
    ) -> RenderedClip:
        place = film.output / f"{file_name(clip.name)}{options.encoder.suffix}"
        try:
            with tempfile.TemporaryDirectory(prefix="shotlog-") as folder:
                complete = self._complete(film, clip, options, texts, Path(folder))
                file = render(
                    complete.edit, place, complete.options, facts=complete.facts,
                    span=complete.span, progress=film.progress, probe_cache=film.probes,
                )  # fmt: skip
            beside = self._beside(clip, place, texts)
        except Stopped:
            raise
        except ShotlogError as error:
            return RenderedClip(clip=clip, problem=error.problem)
        file = file.model_copy(update={"notes": (*file.notes, *complete.notes)})
        return RenderedClip(clip=clip, file=file, content=content_id(str(place)), texts=beside)

    def _complete(
        self,
        film: DeliveredFilm,
        clip: FilmClip,
        options: RenderOptions,
        texts: FilmTexts | None,
        folder: Path,
    ) -> FilmToRender:
        """Return the film with its extras, and with the subtitles where they are burnt in."""
        look = self.look if texts is not None and texts.texts else None
        burns = look is not None and look.burn
        cues = tuple(texts.cues()) if texts is not None and burns else ()
        made = FilmToRender(film.edit, film.facts, clip.range, options, cues)
        if not burns and not self._extras:
            return made
        plan = plan_render(
            film.edit, options, facts=film.facts, span=clip.range, probe_cache=film.probes
        )
        made = extend_film(made, plan, self._extras, folder, cache=film.cache, probes=film.probes)
        if look is None or not burns:
            return made
        profile, style = load_profile(look.profile), load_style(look.style)
        narrow = plan.size[0] <= plan.size[1]
        limit = profile.narrow_characters if narrow else profile.characters
        path = folder / "texts.ass"
        path.write_bytes(write_cues(made.cues, ".ass", style, plan.size, limit))
        return made.burning(path)

    @property
    def _extras(self) -> list[Extra]:
        return [EXTRAS.choose(text) for text in self.settings.extras]

    def _beside(self, clip: FilmClip, place: Path, texts: FilmTexts | None) -> str:
        if texts is None or self.look is None or self.look.burn:
            return ""
        profile, style = load_profile(self.look.profile), load_style(self.look.style)
        cues = texts.cues(clip.range.start, clip.range.end)
        path = place.with_suffix(".srt")
        replace_file(path, write_cues(cues, ".srt", style, (1920, 1080), profile.characters))
        return str(path)


def file_name(name: str) -> str:
    """Return a name as files can bear it on every system."""
    return _UNUSUAL.sub("-", name).strip("-.")[:_LONGEST] or "clip"


def _is_there(clip: RenderedClip) -> bool:
    if clip.file is None:
        return False
    path = Path(clip.file.path)
    return path.is_file() and content_id(str(path)) == clip.content
