"""Choice of streams, beyond the cases of the corpus of field reports."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from benchmarks.field.make import ffmpeg, film
from shotlog.media import FrameReader, read_cells
from shotlog.schema import MediaUnreadable, MediaUnsupported, SoundNeed
from tests.media.material import EVERYTHING, opened

LARGE, SMALL = (320, 180), (160, 90)


def mux(path: Path, *inputs: Path, options: tuple[str, ...] = ()) -> Path:
    """Mux all streams of the inputs into one file, in order."""
    given = [arg for source in inputs for arg in ("-i", source)]
    maps = [arg for n in range(len(inputs)) for arg in ("-map", str(n))]
    ffmpeg(*given, *maps, "-c", "copy", *options, path)
    return path


def default(*numbers: int, kind: str = "v") -> tuple[str, ...]:
    """Return FFmpeg options that make these of the first two streams of a kind the default."""
    flags = [(f"-disposition:{kind}:{n}", "default" if n in numbers else "0") for n in (0, 1)]
    return tuple(word for pair in flags for word in pair)


def sounds(folder: Path, flags: str) -> Path:
    """Make a film with an undecodable FLAC sound, and one in PCM with these flags."""
    picture = film(folder / "film.mp4", scenes=1, length=10, size=SMALL)
    path = folder / "a.mkv"
    tone = ("-f", "lavfi", "-i", "sine=f=300:r=48000:d=1")
    ffmpeg(
        "-i", picture, *tone, *tone, "-map", "0", "-map", "1", "-map", "2", "-c:v", "copy",
        "-c:a:0", "flac", "-c:a:1", "pcm_s16le", "-disposition:a:1", flags, path,
    )  # fmt: skip
    path.write_bytes(path.read_bytes().replace(b"A_FLAC", b"A_NONE"))
    return path


def test_in_long_files_a_slate_is_known_by_its_claimed_length(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slate = film(tmp_path / "slate.mp4", scenes=1, length=10, size=LARGE)
    long = film(tmp_path / "long.mp4", scenes=1, length=50, size=SMALL)
    path = mux(tmp_path / "a.mkv", slate, long, options=default(0, 1))
    monkeypatch.setattr("shotlog.media.container.survey.MAX_SURVEY_BYTES", 2000)
    video = opened(path).video
    assert video is not None
    assert (video.index, video.width) == (1, 160)


def test_a_slate_does_not_stand_in_for_a_film_that_cannot_be_decoded(tmp_path: Path) -> None:
    slate = film(tmp_path / "slate.mp4", scenes=1, length=5, size=SMALL)
    options = ("-c:v", "libaom-av1", "-cpu-used", "8", "-pix_fmt", "yuv420p")
    long = film(tmp_path / "long.mp4", *options, scenes=1, length=50, size=SMALL)
    path = mux(tmp_path / "a.mp4", slate, long, options=default(1))
    path.write_bytes(path.read_bytes().replace(b"av01", b"zz01"))
    with pytest.raises(MediaUnsupported):
        opened(path)


def test_a_sound_that_cannot_be_decoded_gives_way_to_the_next(tmp_path: Path) -> None:
    media = opened(sounds(tmp_path, "0"))
    assert media.audio is not None
    assert (media.audio.index, media.audio.codec) == (2, "pcm_s16le")
    assert media.warnings == (
        "stream 1 (unknown codec) cannot be decoded; stream 2 (pcm_s16le) was listened to instead",
    )


def test_commentary_does_not_stand_in_for_the_sound(tmp_path: Path) -> None:
    assert opened(sounds(tmp_path, "comment")).audio is None


def test_the_timecode_is_that_of_the_chosen_picture(tmp_path: Path) -> None:
    preview = film(tmp_path / "preview.mp4", scenes=1, length=10, size=SMALL)
    whole = film(tmp_path / "film.mp4", scenes=1, length=10, size=LARGE)
    codes = ("-metadata:s:v:0", "timecode=10:00:00:00", "-metadata:s:v:1", "timecode=01:00:00:00")
    media = opened(mux(tmp_path / "a.mov", preview, whole, options=(*default(1), *codes)))
    assert media.start_timecode == 3600


def test_no_other_stream_is_read_where_the_chosen_one_is_gone(tmp_path: Path) -> None:
    path = film(tmp_path / "a.mkv", scenes=1, length=10, size=SMALL)
    ffmpeg("-i", path, "-f", "lavfi", "-i", "sine=d=1", "-c:v", "copy", tmp_path / "b.mkv")
    media = opened(tmp_path / "b.mkv")
    assert media.video is not None
    assert media.audio is not None
    elsewhere = media.model_copy(update={"video": media.video.model_copy(update={"index": 1})})
    with pytest.raises(MediaUnreadable, match="stream 1 is gone"):
        next(iter(FrameReader(elsewhere, [EVERYTHING])))
    silent = media.model_copy(update={"audio": media.audio.model_copy(update={"index": 0})})
    with pytest.raises(MediaUnreadable, match="stream 0 is gone"):
        next(read_cells(silent, SoundNeed(cell=Fraction(1)), [0]))
