"""The plan of a render: what is drawn and heard, and what cannot be."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from shotlog.delivery.encode.canvas import Canvas
from shotlog.delivery.encode.colour import BT709, FilmColour, common_colour
from shotlog.delivery.encode.dynamic_range import check_depth, hdr_kind
from shotlog.delivery.encode.encoders import FilmToEncode, PreparedEncoder
from shotlog.delivery.encode.ffmpeg import Ffmpeg, find_ffmpeg
from shotlog.delivery.encode.layers import FrameGrid, PictureLayer, build_layers
from shotlog.delivery.encode.options import RenderOptions
from shotlog.delivery.encode.sound import SoundPart
from shotlog.delivery.encode.sound_parts import find_sound
from shotlog.delivery.subtitles import picture_size
from shotlog.engine import ProbeCache
from shotlog.engine.sources import LocatedClip, MediaUses, locate
from shotlog.schema import (
    Edit,
    LeftOut,
    Model,
    Problem,
    Rate,
    RenderFacts,
    RenderRefused,
    TimeRange,
    Words,
    nearest_frame,
)

_WITHOUT_MEDIA = ("title", "generator")


class RenderPlan(Model):
    """A render, before it begins."""

    name: Words
    """Name of the timeline."""
    range: TimeRange
    """The range of the timeline's clock that is rendered."""
    size: tuple[int, int]
    """Width and height."""
    rate: Rate
    """Frames per second."""
    frames: int
    """Number of frames."""
    encoder: str
    """The encoder and its parameters."""
    codec: str
    """FFmpeg's name of what encodes."""
    pixels: str
    """FFmpeg's name of the planes that it is given."""
    clips: int
    """Clips of picture that are seen in the range."""
    sounds: int
    """Clips of sound that are heard in it, added ones among them."""
    own_sound: bool
    """True where the sound is that of the picture clips' own files."""
    loudness: float | None
    """Loudness that is asked for, in LUFS."""
    hdr: Literal["pq", "hlg"] | None
    """Kind of the HDR that is made into SDR or kept; None for SDR."""
    tone_mapped: bool
    """True where HDR is made into SDR."""
    aspect: Rate | None
    """Aspect of the crops; None where whole pictures are shown."""
    ffmpeg: str
    """Path and version of FFmpeg."""
    problems: tuple[Problem, ...]
    """Clips that cannot be rendered: black is shown, or what lies below."""
    left_out: tuple[LeftOut, ...]
    """Parts of the timeline that no render follows."""
    notes: tuple[Words, ...]
    """Assumptions, as sentences."""


@dataclass(frozen=True)
class PreparedRender:
    """A plan with everything that is needed to carry it out.

    Attributes:
        plan: The plan.
        grid: The frames.
        layers: The layers of picture.
        sounds: What is heard.
        canvas: The picture that is made by this process.
        colour: The colours of the finished file.
        encoder: The encoder.
        ffmpeg: The program.
    """

    plan: RenderPlan
    grid: FrameGrid
    layers: tuple[PictureLayer, ...]
    sounds: tuple[SoundPart, ...]
    canvas: Canvas
    colour: FilmColour
    encoder: PreparedEncoder
    ffmpeg: Ffmpeg


def plan_render(
    edit: Edit,
    options: RenderOptions,
    *,
    facts: RenderFacts | None = None,
    span: TimeRange | None = None,
    probe_cache: ProbeCache | None = None,
) -> RenderPlan:
    """Return what a render would do; see :func:`~shotlog.delivery.encode.render`."""
    return prepare(edit, options, facts, span, probe_cache).plan


def prepare(
    edit: Edit,
    options: RenderOptions,
    facts: RenderFacts | None,
    span: TimeRange | None,
    probe_cache: ProbeCache | None,
) -> PreparedRender:
    """Locate everything that a render shows and plays, and choose its form.

    Raises:
        RenderRefused: It cannot be rendered as was asked.
        FfmpegUnusable: There is no FFmpeg.
        EncoderError: The encoder is not there.
        MediaError: An added sound, or a file while its colours are read, cannot be read.
    """
    facts, probes = facts or RenderFacts(), probe_cache or ProbeCache()
    grid = _grid(edit, options, span)
    uses = MediaUses(edit)
    clips, problems = _locate(edit, grid.range, uses, probes)
    layers = tuple(
        each
        for each in build_layers(clips, fades=facts.fades)
        if each.range.intersection(grid.range) is not None
    )
    if not layers:
        message = "none of its clips can be rendered" if problems else "no clip is seen in it"
        raise RenderRefused(edit.name, message, _first_hint(problems))
    sounds = find_sound(edit, clips, uses, probes, facts, options.sounds, grid.range)
    left_out = tuple(_inside(facts.left_out, grid.range))
    # A title is left out as such; that it has no media needs no telling.
    named = {part.clip for part in left_out if part.kind in _WITHOUT_MEDIA}
    problems = tuple(each for each in problems if each.clip is None or each.clip not in named)
    if options.strict and (problems or left_out):
        raise RenderRefused(edit.name, _refusal(problems, left_out))
    size = _size(layers, options)
    hdr = hdr_kind(layers, options.hdr, edit.name)
    ffmpeg = find_ffmpeg(options.ffmpeg)
    toned = hdr is not None and options.hdr == "sdr"
    film = FilmToEncode(size, grid.rate, _depth(layers, toned=toned), options.threads)
    encoder = options.encoder.prepare(film, ffmpeg)
    if hdr is not None:
        check_depth(edit.name, options.hdr, encoder.pixels)
    colour = common_colour([layer.clip.media for layer in layers])
    canvas = Canvas(size, "yuv420p10le" if toned else encoder.pixels, colour.matrix)
    plan = RenderPlan(
        name=edit.name, range=grid.range, size=size, rate=grid.rate, frames=grid.frames,
        encoder=options.encoder.text, codec=encoder.name, pixels=encoder.pixels,
        clips=len(layers), sounds=len(sounds.parts), own_sound=sounds.own,
        loudness=options.loudness, hdr=hdr, tone_mapped=toned,
        aspect=options.reframing.aspect if options.reframing else None,
        ffmpeg=f"{ffmpeg.path} ({ffmpeg.version})", problems=problems, left_out=left_out,
        notes=(*ffmpeg.passed_over, *encoder.notes, *sounds.notes, *_assumed(layers)),
    )  # fmt: skip
    return PreparedRender(
        plan, grid, layers, sounds.parts, canvas, BT709 if toned else colour, encoder, ffmpeg
    )


def _grid(edit: Edit, options: RenderOptions, span: TimeRange | None) -> FrameGrid:
    whole = TimeRange(start=Fraction(0), duration=edit.duration)
    shown = whole if span is None else whole.intersection(span)
    if shown is None:
        message = "this range lies outside of it"
        raise RenderRefused(edit.name, message, "Give a range of its timecodes with --range.")
    rate = options.rate or edit.rate
    return FrameGrid(shown.start, rate, max(1, nearest_frame(shown.duration, rate)))


def _locate(
    edit: Edit, span: TimeRange, uses: MediaUses, probes: ProbeCache
) -> tuple[list[LocatedClip], tuple[Problem, ...]]:
    """Return the clips of picture that are switched on, and why others cannot be rendered."""
    found: list[LocatedClip] = []
    problems: list[Problem] = []
    for clip in edit.clips:
        if not clip.enabled:
            continue
        located = locate(clip, uses, probes)
        if isinstance(located, LocatedClip):
            found.append(located)
        elif clip.timeline.intersection(span) is not None:
            problems.append(located)
    return found, tuple(problems)


def _first_hint(problems: tuple[Problem, ...]) -> str:
    if not problems:
        return "Give a timeline with clips of picture, or another range."
    return f"{problems[0].subject}: {problems[0].message}. {problems[0].hint}"


def _inside(left_out: tuple[LeftOut, ...], span: TimeRange) -> list[LeftOut]:
    return [part for part in left_out if part.range is None or part.range.intersection(span)]


def _refusal(problems: tuple[Problem, ...], left_out: tuple[LeftOut, ...]) -> str:
    parts = [f"{each.subject}: {each.message}" for each in problems]
    parts += [f"{each.kind} '{each.name}' cannot be rendered" for each in left_out]
    more = f"; and {len(parts) - 3} more" if len(parts) > 3 else ""
    return "--strict: " + "; ".join(parts[:3]) + more


def _size(layers: tuple[PictureLayer, ...], options: RenderOptions) -> tuple[int, int]:
    """Return the size of the film."""
    if options.size is not None:
        return options.size
    aspect = options.reframing.aspect if options.reframing else None
    width, height = picture_size(_usual_size(layers), aspect)
    return max(2, width // 2 * 2), max(2, height // 2 * 2)


def _usual_size(layers: tuple[PictureLayer, ...]) -> tuple[int, int] | None:
    """Return the size of picture that is longest on the timeline."""
    lengths: Counter[tuple[int, int]] = Counter()
    for layer in layers:
        if (video := layer.clip.media.video) is not None:
            # In whole milliseconds: counters count whole numbers.
            lengths[video.width, video.height] += round(1000 * layer.range.duration)
    return max(lengths, key=lambda size: lengths[size], default=None)


def _depth(layers: tuple[PictureLayer, ...], *, toned: bool) -> int:
    deep = any(v.bit_depth > 8 for layer in layers if (v := layer.clip.media.video) is not None)
    return 10 if deep and not toned else 8


def _assumed(layers: tuple[PictureLayer, ...]) -> list[str]:
    """Return assumptions about clips and media, once each."""
    told = {
        f"{each.clip.clip.name}: {text}": None for each in layers for text in each.clip.warnings
    }
    fields = [
        e.clip.clip.name for e in layers if e.clip.media.video and e.clip.media.video.interlaced
    ]
    if fields:
        told[f"{fields[0]}: interlaced footage is shown by one field of each frame"] = None
    return list(told)
