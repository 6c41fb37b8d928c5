"""Arguments and results of tools, as models; their JSON schemas are those of the tools."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, JsonValue, model_validator

from shotlog.schema import (
    Model,
    PathText,
    Problem,
    Rate,
    Seconds,
    ShotFacts,
    Tier,
    check_amount,
)

Models = Literal["auto", "builtin", "local", "remote"]
"""A selection of models."""

ItemId = Annotated[str, Field(pattern="^[0-9a-f]{32}$")]
"""Id of an item of a batch."""


class ToolModel(Model):
    """A model whose schema describes its fields by the texts below them.

    A client is a language model, which knows a tool by its schema alone. None is not written.
    """

    model_config = ConfigDict(use_attribute_docstrings=True)

    def to_json(self) -> dict[str, JsonValue]:
        """Return the record as JSON, without the fields that are None."""
        return self.model_dump(mode="json", exclude_none=True)


Amount = Annotated[str, AfterValidator(check_amount)]
"""US dollars as a decimal number."""


class ModelsChoice(ToolModel):
    """The models that look at a timeline."""

    models: Models | None = None
    """auto: installed models and built-in analyzers. builtin: no models. local: fail where no model
    is installed. remote: a provider, to which small pictures of every shot are sent, and which may
    cost money; the user has to agree once for each project. By default, what the user has set."""
    profile: str | None = None
    """Name of the profile that corrects scores of sizes and moves as an editor would; empty for
    none; by default the one that the user has set."""
    provider: str | None = None
    """Name of the provider that is asked; by default the one that the user has set."""
    max_cost: Amount | None = None
    """US dollars that the provider may cost, such as "0.50"; clips that are left are problems."""


class TimelineChoice(ModelsChoice):
    """A timeline, or media, to look at."""

    path: PathText
    """Absolute path of a timeline (.otio, .xml, .fcpxml, .edl, .aaf and others), of a media file,
    or of a folder of media. What was not analysed before is analysed now."""
    sequence: str | None = None
    """Name of the sequence, of a timeline file that holds several."""


class LogChoice(ModelsChoice):
    """A timeline or media to look at, or an item of a library."""

    path: PathText | None = None
    """Absolute path of a timeline, of a media file, or of a folder of media, as for `analyze`. What
    was not analysed before is analysed now."""
    sequence: str | None = None
    """Name of the sequence, of a timeline file that holds several."""
    library: PathText | None = None
    """Absolute path of the output folder of `shotlog batch`; with `item`, in place of `path`."""
    item: ItemId | None = None
    """Item of the library, as `find` gives it."""
    item_sequence: int = Field(0, ge=0)
    """Number of the sequence within the item, as `find` gives it."""

    @model_validator(mode="after")
    def _one(self) -> LogChoice:
        if (self.path is None) == (self.item is None):
            raise ValueError("give either path, or library and item")
        if (self.item is None) != (self.library is None):
            raise ValueError("item and library belong together")
        return self


class Page(ToolModel):
    """A part of a list."""

    offset: int = Field(0, ge=0)
    """Number of entries to skip."""
    limit: int = Field(50, ge=1, le=500)
    """Largest number of entries to return."""


class TimelineSpan(ToolModel):
    """An exact range of the timeline; frames and timecode of its end are the first after it."""

    start: Seconds
    """Seconds from the start of the timeline, as an exact fraction: "1001/24"."""
    duration: Seconds
    """Length in seconds, as an exact fraction."""
    first_frame: int
    """Its first frame, counted from 0 at the timeline's rate."""
    end_frame: int
    """The frame after its last."""
    timecode: str
    """Timecode of its first frame, as the editor's program shows it."""
    end_timecode: str
    """Timecode of the frame after its last."""


class MediaSpan(ToolModel):
    """A range of a media file; second 0 is the start of the first frame that it shows."""

    path: PathText | None = None
    """Path of the file; none where the timeline names none."""
    start: Seconds
    """Start in seconds, as an exact fraction."""
    duration: Seconds
    """Length in seconds, as an exact fraction."""
    first_frame: int | None = None
    """First frame at the media's own rate, counted from 0; none where the rate is not known."""
    end_frame: int | None = None
    """The frame after the last."""
    timecode: str | None = None
    """Timecode of the first frame by the file's own clock, if it has one."""


class LabelRecord(ToolModel):
    """A label of a shot, or of a part of it, by the analyzer that is trusted most."""

    label: str
    """ECS, CS, MS, FS, LS for sizes; static, pan_left, dolly_in and so on for moves; Static,
    Motion, Push or Pull where no more is known of a move; `undefined` where nothing is certain."""
    confidence: float | None = None
    """Confidence in the label, 0 to 1; none for `undefined`."""
    reasons: tuple[str, ...] = ()
    """Reasons for the label, or for the lack of one."""
    best_scores: dict[str, float] = Field(default_factory=dict)
    """The three highest scores of all possible labels."""
    analyzer: str
    """Analyzer that it comes from."""
    tier: Tier
    """builtin: measured without a model. local: a model on this machine. remote: one elsewhere."""
    profile: str | None = None
    """Id of the profile that corrected the scores as an editor would, if one did."""
    timeline: TimelineSpan | None = None
    """Its range, where that is a part of the shot."""


class ShotRecord(ToolModel):
    """A shot: a run of frames without a cut, within one clip of the timeline."""

    number: int
    """Its number in the log, from 1."""
    clip: str
    """Id of its clip: V1/3 is the fourth on the first video track."""
    clip_name: str
    """Name of its clip."""
    timeline: TimelineSpan
    """Its range on the timeline."""
    media: MediaSpan
    """Its range in the media file."""
    kind: str | None = None
    """black, title or bars, which have neither size nor move; none for an ordinary shot."""
    sizes: tuple[LabelRecord, ...]
    """Its size; empty if no analyzer of sizes has looked at it."""
    moves: tuple[LabelRecord, ...]
    """Its camera move, or several: at once, or one after the other with a range each."""
    highlights: tuple[str, ...] = ()
    """Labels of the highlights that overlap it."""
    facts: ShotFacts | None = None
    """Largest number of faces on a picture, share with speech (0 to 1), loudness in LUFS, and the
    properties of the media, as far as they were measured."""


class HighlightRecord(ToolModel):
    """A part of the timeline that stands out, by a heuristic's view of picture and sound."""

    label: str
    """Its rank: HL 1 is the first."""
    score: float | None = None
    """Score, 0 to 100."""
    confidence: float
    """Confidence, 0 to 1."""
    timeline: TimelineSpan
    """Its range on the timeline."""
    shots: tuple[int, ...]
    """Numbers of the shots that it overlaps."""
    reasons: tuple[str, ...]
    """Reasons, in words for an editor."""


class LogSummary(ToolModel):
    """Name, clock and length of an analysed timeline, and what there is of it."""

    timeline: str
    """Name of the timeline."""
    rate: Rate
    """Frames per second, as an exact fraction: 24000/1001 is 23.976."""
    start_timecode: str
    """Timecode of its first frame."""
    duration: Seconds
    """Length in seconds, as an exact fraction."""
    clips: int
    """Number of video clips."""
    shots: int
    """Number of shots that were analysed."""
    kinds: dict[str, int] = Field(default_factory=dict)
    """Number of shots by kind: what is black, a title card and so on; ordinary shots have none."""
    sizes: dict[str, int]
    """Number of shots by size."""
    moves: dict[str, int]
    """Number of shots by camera move; a shot with several counts for each."""


class Findings(ToolModel):
    """The problems and warnings of an analysis."""

    problems: tuple[Problem, ...] = ()
    """Clips that could not be analysed, each with the reason and what to do; the others are
    complete. At most 50."""
    more_problems: int = 0
    """Number of further problems."""
    warnings: tuple[str, ...] = ()
    """Assumptions that were made, as sentences."""
