"""The stage that sends files which have passed, each with the user's consent."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, cast

from shotlog.delivery.recipe.contract import DeliveredFilm, Made, Stage
from shotlog.delivery.recipe.recipe import UploadSettings
from shotlog.delivery.recipe.stages.qc import CheckedClips
from shotlog.delivery.recipe.stages.render import RenderedClip, RenderedClips
from shotlog.delivery.upload import UPLOAD_TARGETS, UploadDetails, upload
from shotlog.schema import Model, Problem, ShotlogError, Stopped, UploadNotAgreed


class UploadedClip(Model):
    """A file that was sent, or why it was not."""

    path: str
    """The file."""
    address: str = ""
    """Its place at the target; empty where it was not sent."""
    problem: Problem | None = None
    """Why it was not sent."""


class UploadedClips(Model):
    """Files that were sent."""

    files: tuple[UploadedClip, ...]


@dataclass(frozen=True)
class UploadStage(Stage[UploadedClips]):
    """Sends the files; see :mod:`shotlog.delivery.upload`."""

    settings: UploadSettings
    profile: str

    name: ClassVar[str] = "upload"
    version: ClassVar[str] = "1"
    artifact = UploadedClips
    takes: ClassVar[tuple[str, ...]] = ("render", "qc")

    def explain(self, film: DeliveredFilm) -> str:
        """Return a line about what it would do."""
        return f"to {self.settings.to}, {self.settings.privacy}; each file is asked for"

    def facts(self, film: DeliveredFilm) -> Any:
        """Return the settings."""
        return self.settings.model_dump(mode="json")

    def usable(self, film: DeliveredFilm, result: UploadedClips) -> bool:
        """Return False: sessions of uploads know themselves what was sent."""
        return False

    def run(self, film: DeliveredFilm, made: Made) -> UploadedClips:
        """Return the files that were sent; one that is refused costs no other."""
        checked = cast(CheckedClips | None, made.get("qc"))
        passed = {file.path: file.passed for file in checked.files} if checked else {}
        clips = cast(RenderedClips, made["render"]).clips
        return UploadedClips(
            files=tuple(
                self._one(film, number, clip, passed.get(clip.file.path))
                for number, clip in enumerate(clips, 1)
                if clip.file is not None
            )
        )

    def _one(
        self, film: DeliveredFilm, number: int, clip: RenderedClip, passed: bool | None
    ) -> UploadedClip:
        assert clip.file is not None  # noqa: S101  # checked by the caller
        path = clip.file.path
        details = UploadDetails.model_validate(
            {
                "title": _filled(self.settings.title, clip, number),
                "description": _filled(self.settings.description, clip, number),
                "tags": self.settings.tags,
                "privacy": self.settings.privacy,
            }
        )
        try:
            if passed is False:
                message = "nothing was sent: it has not passed quality control"
                raise UploadNotAgreed(path, message, "See all with: shotlog qc FILE.")
            told = [f"{path} to {self.settings.to}", f"{details.title} ({details.privacy.value})"]
            if film.agree is None or not film.agree(told):
                raise UploadNotAgreed(path)
            sent = upload(
                Path(path), UPLOAD_TARGETS.choose(self.settings.to), details, agreed=True,
                profile=self.profile, progress=film.progress,
            )  # fmt: skip
        except Stopped:
            raise
        except ShotlogError as error:
            return UploadedClip(path=path, problem=error.problem)
        return UploadedClip(path=path, address=sent.place)


def _filled(text: str, clip: RenderedClip, number: int) -> str:
    return text.replace("{name}", clip.clip.name).replace("{number}", str(number))
