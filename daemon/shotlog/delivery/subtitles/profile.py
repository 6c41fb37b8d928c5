"""Profiles: the rules that subtitles keep, from TOML files with their sources."""

from __future__ import annotations

import tomllib
from fractions import Fraction
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Final

from pydantic import Field, ValidationError, model_validator

from shotlog.delivery.subtitles.columns import is_wide
from shotlog.schema import (
    Model,
    Seconds,
    SubtitleProfileUnusable,
    describe_faults,
    readable,
)

_FOLDER: Final = files("shotlog.delivery.subtitles") / "profiles"

_Columns = Annotated[int, Field(ge=4, le=200)]
_Time = Annotated[Seconds, Field(gt=0, le=60)]


class Profile(Model):
    """The rules for lines and times. Columns count a full-width character as 2."""

    characters: _Columns
    """Columns of a line where the picture is wider than high."""
    narrow_characters: _Columns
    """Columns of a line in other pictures."""
    wide_characters: _Columns
    """Columns of a line that holds full-width characters; never more than the other limits."""
    characters_per_second: Annotated[Seconds, Field(gt=0, le=100)]
    """Fastest reading speed, in columns per second, spaces included."""
    shortest: _Time
    """Shortest time that a cue is shown, in seconds."""
    longest: _Time
    """Longest time that a cue is shown, in seconds."""
    gap_frames: Annotated[int, Field(ge=0, le=100)]
    """Least frames between two cues."""
    linger: Annotated[Seconds, Field(ge=0, le=10)]
    """Longest time that a cue may stay after its last word so that it can be read, in seconds."""

    @model_validator(mode="after")
    def _in_order(self) -> Profile:
        if self.shortest > self.longest:
            raise ValueError("shortest is longer than longest")
        return self

    def limit(self, text: str, *, narrow: bool) -> int:
        """Return the columns of a line of a text."""
        limit = self.narrow_characters if narrow else self.characters
        return min(limit, self.wide_characters) if is_wide(text) else limit


def built_in_profiles() -> list[str]:
    """Return the names of the profiles that come along."""
    return sorted(file.name.removesuffix(".toml") for file in _FOLDER.iterdir())


def load_profile(name: str) -> Profile:
    """Return a profile by its name, or from a TOML file.

    Raises:
        SubtitleProfileUnusable: There is no such profile, or a value is missing or not possible.
    """
    if name in built_in_profiles():
        text = (_FOLDER / f"{name}.toml").read_text(encoding="utf-8")
    else:
        text = _read(Path(name))
    try:
        return Profile.model_validate(tomllib.loads(text, parse_float=Fraction))
    except tomllib.TOMLDecodeError as error:
        message = f"it is no TOML file ({error})"
        raise SubtitleProfileUnusable(readable(name), message) from error
    except ValidationError as error:
        raise SubtitleProfileUnusable(readable(name), describe_faults(error, "profile")) from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        message = "there is no profile of this name, and no file"
        raise SubtitleProfileUnusable(readable(str(path)), message) from error
    except (OSError, UnicodeDecodeError) as error:
        message = f"the profile cannot be read ({error})"
        raise SubtitleProfileUnusable(readable(str(path)), message) from error
