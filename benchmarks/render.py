"""Renders: their cost over a plain call of FFmpeg, their pictures, their memory.

    python -m benchmarks.render [--data DIR] [--json]

``render_overhead``: processor time of a vertical render over that of FFmpeg alone, with the same
scaling, crop and encoder, by turns in the same run; ``render_overhead_wall`` the same by the clock.
``render_ssim``: structural similarity of moving crops to the exact ones, which are sampled in
floating point at the place of the crop, as mean over frames of real footage; once as Shotlog does
it, scaled and then cropped, and once cropped and then scaled, as FFmpeg's filters do it.
``render_memory``: peak of the memory of this process, in MiB, for a film and for one four times as
long.

Without ``--data`` a film is drawn.
"""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from statistics import mean, median

import cv2
import numpy as np
from skimage.metrics import structural_similarity

from benchmarks.figures import print_figures
from benchmarks.media_memory import pictures
from shotlog.delivery.encode import H264Encoder, RenderOptions, find_ffmpeg, render
from shotlog.media import Frame, FrameReader, probe
from shotlog.schema import (
    ClipRange,
    CropBox,
    CropKey,
    CropPath,
    Edit,
    FrameNeed,
    Media,
    MediaReference,
    NoPicture,
    Pixels,
    Reframing,
    TimeMap,
    TimeRange,
    VideoStream,
)
from shotlog.synthetic import write_video

_ROUNDS = 3
_SECONDS = 20
_PRESET = "veryfast"
_ASPECT = Fraction(9, 16)
_COMPARED = 12
"""Frames of which the similarity is the mean."""
_SIMILARITY: Callable[[Pixels, Pixels], float] = structural_similarity
"""Structural similarity of two pictures, which scikit-image gives without types."""
_FOOTAGE = "video/long/timeline_a.mp4"


def video_of(media: Media) -> VideoStream:
    """Return the picture of a film."""
    if media.video is None:
        raise NoPicture(media.path)
    return media.video


def edit_of(media: Media, seconds: int) -> Edit:
    """Return a timeline of the first seconds of a film."""
    span = TimeRange(start=Fraction(0), duration=Fraction(seconds))
    clip = ClipRange(
        id="V1/0", name="film", media=MediaReference(path=media.path), source=span, timeline=span,
        time_map=TimeMap(timeline_start=Fraction(0), source_start=Fraction(0)),
    )  # fmt: skip
    rate = video_of(media).intended_rate
    return Edit(name="film", rate=rate, duration=span.duration, clips=(clip,))


def crops_of(media: Media, seconds: int) -> Reframing:
    """Return a crop that moves slowly from left to right."""
    keys = tuple(CropKey(at=Fraction(at), x=x, y=0.5) for at, x in ((0, 0.35), (seconds, 0.65)))
    video = video_of(media)
    path = CropPath(clip="V1/0", name="film", width=video.width, height=video.height, keys=keys)
    return Reframing(aspect=_ASPECT, backend="pinned", paths=(path,))


def overhead(media: Media, folder: Path) -> tuple[float, float]:
    """Return processor time and time of a render, over those of FFmpeg alone: medians."""
    options = RenderOptions(
        encoder=H264Encoder(preset=_PRESET),
        reframing=Reframing(aspect=_ASPECT, backend="", paths=()),
    )
    cut, ours, plain = edit_of(media, _SECONDS), folder / "ours.mp4", folder / "plain.mp4"
    video = video_of(media)
    width, height = video.height, round(video.height / _ASPECT)
    across = round(video.width * height / video.height)
    chain = f"scale={across}:{height}:flags=bicubic+accurate_rnd,crop={width}:{height},setsar=1"
    keyframes = str(round(2 * video.intended_rate))
    command = [
        str(find_ffmpeg().path), "-v", "error", "-y", "-t", str(_SECONDS), "-i", media.path,
        "-vf", chain, "-c:v", "libx264", "-preset", _PRESET, "-crf", "18", "-g", keyframes,
        "-c:a", "aac", "-b:a", "256k", "-ac", "2", "-movflags", "+faststart", str(plain),
    ]  # fmt: skip
    times = []
    for _ in range(_ROUNDS):
        first = spent(lambda: render(cut, ours, options))
        second = spent(lambda: subprocess.run(command, check=True))
        times.append((first[0] / second[0], first[1] / second[1]))
    processor, clock = zip(*times, strict=True)
    return median(processor), median(clock)


def spent(work: Callable[[], object]) -> tuple[float, float]:
    """Return the processor time of some work and its processes, and its time, in seconds."""

    def used() -> float:
        child = resource.getrusage(resource.RUSAGE_CHILDREN)
        return time.process_time() + child.ru_utime + child.ru_stime

    before, began = used(), time.monotonic()
    work()
    return used() - before, time.monotonic() - began


def similarity(media: Media, folder: Path) -> tuple[float, float]:
    """Return the similarity to exact crops, scaled first and cropped first."""
    crops = crops_of(media, _SECONDS)
    options = RenderOptions(encoder=H264Encoder(preset="ultrafast", crf=0), reframing=crops)
    render(edit_of(media, _SECONDS), folder / "crops.mp4", options)
    made = probe(MediaReference(path=str(folder / "crops.mp4")))
    size = (video_of(made).width, video_of(made).height)
    need = FrameNeed(width=size[0], height=size[1])
    whole = FrameNeed(width=8192, height=8192)
    path = crops.paths[0]
    ours, others = [], []
    for finished, source in zip(frames(made), frames(media), strict=True):
        box = crops.box(path, source.start)
        exact = exact_crop(source.pixels(whole), box, size)
        ours.append(_SIMILARITY(finished.pixels(need), exact))
        others.append(_SIMILARITY(cropped_first(source.pixels(whole), box, size), exact))
    return mean(ours), mean(others)


def frames(media: Media) -> list[Frame]:
    """Return frames at even distances."""
    step = Fraction(_SECONDS, _COMPARED)
    moments = [
        TimeRange(start=n * step + step / 3, duration=Fraction(1, 1000)) for n in range(_COMPARED)
    ]
    return [next(iter(FrameReader(media, [moment]))) for moment in moments]


def exact_crop(picture: Pixels, box: CropBox, size: tuple[int, int]) -> Pixels:
    """Return a crop, sampled by a cubic filter in floating point exactly where it lies."""
    across, down = size[0] / box.width, size[1] / box.height
    shift = ((0.5 - box.left) * across - 0.5, (0.5 - box.top) * down - 0.5)
    matrix = np.array([[across, 0, shift[0]], [0, down, shift[1]]])
    return np.asarray(cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_CUBIC), np.uint8)


def cropped_first(picture: Pixels, box: CropBox, size: tuple[int, int]) -> Pixels:
    """Return a crop as FFmpeg's ``crop`` and ``scale`` make it: at even pixels, then scaled."""
    left, top = (int(side) // 2 * 2 for side in (box.left, box.top))
    width, height = (int(side) // 2 * 2 for side in (box.width, box.height))
    part = picture[top : top + height, left : left + width]
    return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def memory(media: Media, seconds: int) -> float:
    """Return the peak memory of a process that renders so many seconds, in MiB."""
    code = (
        "import resource, sys; from pathlib import Path\n"
        "from benchmarks.render import crops_of, edit_of\n"
        "from shotlog.delivery.encode import H264Encoder, RenderOptions, render\n"
        "from shotlog.media import probe; from shotlog.schema import MediaReference\n"
        "media, seconds = probe(MediaReference(path=sys.argv[1])), int(sys.argv[2])\n"
        "options = RenderOptions(encoder=H264Encoder(preset='ultrafast'), loudness=-14,\n"
        "                        reframing=crops_of(media, seconds))\n"
        "render(edit_of(media, seconds), Path(sys.argv[3]), options)\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        output = str(Path(folder) / "out.mp4")
        command = [sys.executable, "-c", code, media.path, str(seconds), output]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return int(done.stdout) / 1024


def measure(data: Path | None) -> dict[str, float]:
    """Return the figures.

    Args:
        data: Folder of the labelled footage; None draws a film.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "drawn.mp4"
        if data is None:
            write_video(path, pictures(4 * _SECONDS * 25), Fraction(25))
        media = probe(MediaReference(path=str(path if data is None else data / _FOOTAGE)))
        processor, clock = overhead(media, Path(folder))
        ours, others = similarity(media, Path(folder))
        shorter, longer = (memory(media, seconds) for seconds in (_SECONDS, 4 * _SECONDS))
    return {
        "render_overhead": round(processor, 3),
        "render_overhead_wall": round(clock, 3),
        "render_ssim_resize_first": round(ours, 4),
        "render_ssim_crop_first": round(others, 4),
        "render_memory": round(shorter),
        "render_memory_4x": round(longer),
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, help="folder of the labelled footage")
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    print_figures(measure(asked.data), as_json=asked.json)


if __name__ == "__main__":
    main()
