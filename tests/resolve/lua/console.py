"""The Console of Resolve with ``shotlog.lua`` installed in a hand-over folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

from shotlog.schema import Edit, Marker, MarkerFamily
from shotlog_otio import export_markers
from tests.otio.marking import clip_range, edit_of
from tests.resolve.double import Double
from tests.resolve.lua_host import run_line

SCRIPTS = Path(__file__).parents[3] / "resolve_scripts" / "shotlog_resolve" / "lua"
PREFIX = "shotlog1;"


@dataclass
class Console:
    """A Console, the folder, and what was printed by the last line.

    Attributes:
        folder: The hand-over folder.
        lua: The interpreter.
        said: Printed lines of the last run.
    """

    folder: Path
    lua: str = "lua5.1"
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        text = (SCRIPTS / "shotlog.lua").read_text(encoding="utf-8")
        self.script = self.folder / "shotlog.lua"
        self.script.write_text(text.replace("@HANDOVER@", str(self.folder)), encoding="utf-8")

    def paste(self, double: Double, before: str = "") -> str:
        """Paste the line; return what was printed. Errors and broken rules fail the test."""
        run = run_line(double, f"{before} dofile([[{self.script}]])", self.lua)
        self.said = run.printed
        assert run.error is None, run.error
        assert double.violations == []
        assert all(line.startswith("Shotlog: ") for line in run.printed)
        return "\n".join(run.printed)

    @property
    def exported(self) -> Path:
        """The one timeline that was exported."""
        (path,) = self.folder.glob("*.otio")
        return path

    def prepare(self, markers: Sequence[Marker], edit: Edit, name: str | None = None) -> Path:
        """Write the markers as ``shotlog watch`` does, for the timeline that was exported."""
        data = self.folder / f"{name or self.exported.stem}.markers.lua"
        data.write_bytes(export_markers(data, markers, edit).files[data])
        return data


def edit(frames: int, rate: int = 24, start: int = 86_400) -> Edit:
    """A timeline of one clip."""
    made = edit_of(clip_range(0, 0, Fraction(frames, rate)), rate=Fraction(rate))
    return made.model_copy(update={"start": Fraction(start, rate)})


def marker(
    number: int, frame: int, duration: int = 5, name: str = "", note: str = "é\n2"
) -> Marker:
    return Marker(
        id=f"{number:016x}", family=MarkerFamily.SHOT, name=name or f"MS · pan {number}",
        note=note, frame=frame, duration=duration, rate=Fraction(24),
    )  # fmt: skip


def tag(custom: str) -> dict[str, object]:
    """The JSON in the custom data of one of our markers."""
    assert custom.startswith(PREFIX)
    told = json.loads(custom.removeprefix(PREFIX))
    assert isinstance(told, dict)
    return told
