"""The stage that checks the files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, cast

from shotlog.delivery.qc import AskedFor, CheckedFile, check_file, load_profile
from shotlog.delivery.recipe.contract import DeliveredFilm, Made, Stage
from shotlog.delivery.recipe.recipe import QualitySettings
from shotlog.delivery.recipe.stages.render import RenderedClips
from shotlog.schema import Model


class CheckedClips(Model):
    """Finished files with their defects."""

    files: tuple[CheckedFile, ...]


@dataclass(frozen=True)
class QualityStage(Stage[CheckedClips]):
    """Checks the files; see :mod:`shotlog.delivery.qc`."""

    settings: QualitySettings

    name: ClassVar[str] = "qc"
    version: ClassVar[str] = "1"
    artifact = CheckedClips
    takes: ClassVar[tuple[str, ...]] = ("render",)

    def explain(self, film: DeliveredFilm) -> str:
        """Return a line about what it would do."""
        profile = load_profile(self.settings.profile)
        return f"{len(profile.checks)} checks of the profile {profile.name}"

    def facts(self, film: DeliveredFilm) -> Any:
        """Return the checks with their limits."""
        return [check.text for check in load_profile(self.settings.profile).checks]

    def run(self, film: DeliveredFilm, made: Made) -> CheckedClips:
        """Return every file that was rendered, with what was found."""
        profile = load_profile(self.settings.profile)
        files = []
        for each in cast(RenderedClips, made["render"]).clips:
            if each.file is not None:
                asked = AskedFor(rate=each.file.rate, duration=each.file.frames / each.file.rate)
                path = Path(each.file.path)
                files.append(check_file(path, profile.checks, asked=asked, progress=film.progress))
        return CheckedClips(files=tuple(files))
