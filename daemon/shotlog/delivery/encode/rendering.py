"""The render of a timeline or a range of it into a finished file."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np

from shotlog.delivery.encode.dynamic_range import tone_filters
from shotlog.delivery.encode.loudness import HeardLoudness, LoudnessMeter, level_filters
from shotlog.delivery.encode.options import RenderOptions
from shotlog.delivery.encode.pictures import FilmPictures
from shotlog.delivery.encode.plan import PreparedRender, prepare
from shotlog.delivery.encode.process import EncodingProcess
from shotlog.delivery.encode.sound import SOUND_RATE, mix_sound
from shotlog.delivery.encode.workspace import open_workspace
from shotlog.engine import ProbeCache, RunProgress, SilentProgress
from shotlog.schema import (
    Edit,
    LeftOut,
    MediaMissing,
    Model,
    Problem,
    Rate,
    RenderFacts,
    Samples,
    TimeRange,
    Words,
)

Filters = tuple[tuple[str, str], ...]

_SOUND: Final = "sound.f32"
_ATTEMPTS: Final = 5
"""Times that the gain is corrected for what the limiter took: each time the rest is a third or
less of what it was, for speech and for noise."""
_NEAR: Final = 0.1
"""LU by which loudness may miss its target without another correction."""
_MISSED: Final = 0.5
"""LU from which a missed target is told."""
_SILENT = SilentProgress()


class RenderedFile(Model):
    """A finished file."""

    path: str
    """The file."""
    range: TimeRange
    """The range of the timeline's clock that it shows."""
    size: tuple[int, int]
    """Width and height, in square pixels."""
    rate: Rate
    """Frames per second."""
    frames: int
    """Number of frames."""
    codec: str
    """FFmpeg's name of what encoded it."""
    loudness: HeardLoudness | None
    """Loudness of its sound before it was encoded; None without sound."""
    problems: tuple[Problem, ...]
    """Clips that could not be rendered."""
    left_out: tuple[LeftOut, ...]
    """Parts of the timeline that no render follows."""
    notes: tuple[Words, ...]
    """Assumptions, damage, and what was done in another way than asked, as sentences."""


def render(
    edit: Edit,
    output: Path,
    options: RenderOptions,
    *,
    facts: RenderFacts | None = None,
    span: TimeRange | None = None,
    progress: RunProgress = _SILENT,
    probe_cache: ProbeCache | None = None,
) -> RenderedFile:
    """Render a timeline into a file, which appears whole or not at all.

    Memory does not depend on the length of the film: see
    :class:`~shotlog.delivery.encode.pictures.FilmPictures`. The mix of its sound lies on the disk
    beside the file while it is made: 384 kB for each second.

    Args:
        edit: The timeline.
        output: The file; one that is there is replaced.
        options: The options.
        facts: Levels of sound, and parts that cannot be rendered.
        span: The range of the timeline's clock that is rendered; None for all of it.
        progress: Receives the stages, in seconds of sound and frames of picture.
        probe_cache: Keeps probed files between renders.

    Raises:
        RenderRefused: It cannot be rendered as was asked; nothing was begun.
        FfmpegUnusable: There is no FFmpeg that can be used.
        EncoderError: The encoder is not there.
        MediaError: A file cannot be read.
        EncodingFailed: FFmpeg failed.
        OutputNotWritable: The file cannot be written.
        DiskFull: There is no room for it.
    """
    prepared = prepare(edit, options, facts, span, probe_cache)
    for text in options.texts:
        if not text.is_file():
            raise MediaMissing(str(text))
    with open_workspace(output) as draft:
        filters: Filters = ()
        heard: HeardLoudness | None = None
        notes: list[str] = []
        if prepared.sounds:
            mix = draft.with_name(_SOUND)
            heard = _write_mix(prepared, mix, progress)
            filters, heard, notes = _settle(mix, heard, options)
        for number, text in enumerate(options.texts):
            # Under a name that needs no escape in a chain of filters.
            shutil.copyfile(text, draft.with_name(f"{number}.ass"))
        command = _command(prepared, options, draft, filters)
        pictures = FilmPictures(
            prepared.layers, prepared.grid, prepared.canvas, options.reframing, options.threads
        )
        plan = prepared.plan
        with (
            EncodingProcess(command, draft.parent, str(output)) as process,
            progress.stage("pictures", plan.frames, "frames") as stage,
        ):
            for planes in pictures:
                for plane in planes:
                    process.write(plane)
                stage.advance(1)
            process.finish(lambda: stage.advance(0))
    return RenderedFile(
        path=str(output), range=plan.range, size=plan.size, rate=plan.rate, frames=plan.frames,
        codec=plan.codec, loudness=heard, problems=plan.problems, left_out=plan.left_out,
        notes=(*plan.notes, *notes, *pictures.damage),
    )  # fmt: skip


def _write_mix(prepared: PreparedRender, mix: Path, progress: RunProgress) -> HeardLoudness:
    """Write the mix as raw samples; return its loudness."""
    meter, span = LoudnessMeter(), prepared.grid.range
    with (
        mix.open("wb") as stream,
        progress.stage("sound", float(span.duration), "s of sound") as stage,
    ):
        for block in mix_sound(prepared.sounds, span):
            meter.hear(block)
            stream.write(np.ascontiguousarray(block.T).tobytes())
            stage.advance(block.shape[1] / SOUND_RATE)
    return meter.finish()


def _settle(
    mix: Path, heard: HeardLoudness, options: RenderOptions
) -> tuple[Filters, HeardLoudness, list[str]]:
    """Return the filters that bring a mix to its loudness, the result, and what is to be told."""
    if heard.integrated is None or heard.peak is None:
        return (), heard, []
    gain = 0.0 if options.loudness is None else options.loudness - heard.integrated
    if heard.peak + gain <= (options.peak if options.loudness is not None else 0):
        raised = HeardLoudness(integrated=heard.integrated + gain, peak=heard.peak + gain)
        return ((("volume", f"{gain:.3f}dB:precision=float"),) if gain else ()), raised, []
    for _ in range(_ATTEMPTS):
        filters = level_filters(gain, options.peak)
        measured = _measure(mix, filters)
        if options.loudness is None or measured.integrated is None:
            break
        if abs(options.loudness - measured.integrated) < _NEAR:
            break
        gain += options.loudness - measured.integrated
    told = [f"peaks of the sound were limited to {options.peak:g} dBTP"]
    missed = measured.integrated is not None and options.loudness is not None
    if missed and abs((measured.integrated or 0) - (options.loudness or 0)) > _MISSED:
        told = [
            f"the loudness is {measured.integrated:.1f} LUFS instead of {options.loudness:g}:"
            " its peaks leave no more room"
        ]
    return filters, measured, told


def _measure(mix: Path, filters: Filters) -> HeardLoudness:
    meter = LoudnessMeter(filters)
    for block in _blocks(mix):
        meter.hear(block)
    return meter.finish()


def _blocks(mix: Path) -> Iterator[Samples]:
    """Yield a written mix in blocks of (2, n) samples."""
    with mix.open("rb") as stream:
        while content := stream.read(2 * 4 * SOUND_RATE):
            yield np.frombuffer(content, np.float32).reshape(-1, 2).T


def _command(
    prepared: PreparedRender, options: RenderOptions, draft: Path, filters: Filters
) -> list[str]:
    """Return the call of FFmpeg."""
    encoder, canvas, rate = prepared.encoder, prepared.canvas, prepared.grid.rate
    width, height = canvas.size
    chain = [*_picture_filters(prepared, options), *encoder.filters]
    command = [
        str(prepared.ffmpeg.path), "-v", "error", "-y", *encoder.before,
        "-f", "rawvideo", "-pixel_format", canvas.pixels, "-video_size", f"{width}x{height}",
        "-framerate", str(rate), "-i", "pipe:0",
    ]  # fmt: skip
    if prepared.sounds:
        command += ["-f", "f32le", "-ar", str(SOUND_RATE), "-ac", "2", "-i", _SOUND]
    command += ["-map", "0:v", "-vf", ",".join(chain), *encoder.picture]
    command += prepared.colour.arguments
    if prepared.sounds:
        command += ["-map", "1:a", *encoder.sound, "-ar", str(SOUND_RATE)]
        if filters:
            command += ["-af", ",".join(f"{name}={arguments}" for name, arguments in filters)]
    # The index of MP4 at its start, so that players on the web begin at once.
    return [*command, "-movflags", "+faststart", "-f", options.encoder.container, draft.name]


def _picture_filters(prepared: PreparedRender, options: RenderOptions) -> list[str]:
    plan, start = prepared.plan, prepared.grid.start
    chain = list(tone_filters(plan.hdr)) if plan.hdr is not None and plan.tone_mapped else []
    chain += [f"format={plan.pixels}", prepared.colour.filter]
    if options.texts:
        # Texts are on the clock of the timeline.
        chain.append(f"setpts=PTS+({_ratio(start)})/TB")
        chain += [f"ass={number}.ass" for number in range(len(options.texts))]
        chain.append("setpts=PTS-STARTPTS")
    return [*chain, "setsar=1"]


def _ratio(value: Fraction) -> str:
    return f"{value.numerator}/{value.denominator}"
