"""Crops, colours, HDR, subtitles and encoders of finished files."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from shotlog.delivery.encode import (
    ENCODERS,
    DnxhrEncoder,
    Encoder,
    H264Encoder,
    HevcEncoder,
    ProresEncoder,
    RenderOptions,
    plan_render,
    render,
)
from shotlog.schema import (
    CropKey,
    CropPath,
    EncoderError,
    FrameNeed,
    LeftOut,
    MediaMissing,
    Pixels,
    Reframing,
    RenderFacts,
    RenderRefused,
    TimeRange,
)
from tests.delivery.encode.films import (
    RATE,
    clip,
    edit,
    film,
    numbers,
    pictures,
    stream_facts,
)
from tests.media.material import plain, write_timed

FAST = RenderOptions(encoder=H264Encoder(preset="ultrafast", crf=8))
TALL = FrameNeed(width=4096, height=4096, pixels="rgb")


def ramp(width: int = 192, height: int = 108, *, down: bool = False) -> Pixels:
    """A picture whose grey tells the column, or the line."""
    if down:
        return np.ascontiguousarray(ramp(height, width).transpose(1, 0, 2))
    line = np.linspace(20, 230, width)[None, :, None]
    return np.broadcast_to(line, (height, width, 3)).astype(np.uint8)


def still_film(path: Path, picture: Pixels, frames: int = 10, **options: str) -> Path:
    coding = {"preset": "veryfast", "crf": "4", **options}
    return write_timed(path, [picture] * frames, range(frames), 1 / RATE, options=coding)


def reframing(*keys: CropKey, size: tuple[int, int] = (192, 108)) -> Reframing:
    width, height = size
    made = (
        [CropPath(clip="V1/0", name="film", width=width, height=height, keys=keys)] if keys else []
    )
    return Reframing(aspect=Fraction(9, 16), backend="pinned", paths=tuple(made))


def column(picture: Pixels, at: int, source: Path) -> float:
    """The share of a ramp's width that is seen at a column of a finished picture."""
    ramp_of_source = pictures(source, TALL)[0][:, :, 0].mean(axis=0)
    shares = (np.arange(len(ramp_of_source)) + 0.5) / len(ramp_of_source)
    return float(np.interp(picture[:, at, 0].mean(), ramp_of_source, shares))


def test_a_crop_shows_its_part_of_the_picture_and_moves_with_its_keys(tmp_path: Path) -> None:
    path = still_film(tmp_path / "film.mp4", ramp())
    keys = (CropKey(at=Fraction(0), x=0.3, y=0.5), CropKey(at=9 / RATE, x=0.7, y=0.5))
    options = replace(FAST, reframing=reframing(*keys), size=(108, 192))
    render(edit(clip(path, 0, 10, 0)), tmp_path / "out.mp4", options)
    shown = pictures(tmp_path / "out.mp4", TALL)
    assert shown[0].shape[:2] == (192, 108)
    for number, picture in enumerate(shown):
        middle, width = 0.3 + 0.4 * number / 9, 108 * 9 / 16 / 192
        for at in (4, 54, 104):
            expected = middle + ((at + 0.5) / 108 - 0.5) * width
            assert column(picture, at, path) == pytest.approx(expected, abs=0.012)


def test_a_scaled_crop_is_larger(tmp_path: Path) -> None:
    path = still_film(tmp_path / "film.mp4", ramp(down=True))
    crops = reframing(CropKey(at=Fraction(0), x=0.5, y=0.25, scale=0.5))
    render(edit(clip(path, 0, 3, 0)), tmp_path / "out.mp4", replace(FAST, reframing=crops))
    picture = pictures(tmp_path / "out.mp4", TALL)[0]
    assert picture.shape[:2] == (192, 108)  # the shorter side is that of the source
    lines = (picture[:, 54, 1].astype(float) - 20) / 210
    assert (lines[2], lines[-3]) == pytest.approx((0, 0.5), abs=0.03)


def test_a_clip_without_a_crop_shows_its_middle(tmp_path: Path) -> None:
    path = still_film(tmp_path / "film.mp4", ramp())
    render(edit(clip(path, 0, 3, 0)), tmp_path / "o.mp4", replace(FAST, reframing=reframing()))
    shown = pictures(tmp_path / "o.mp4", TALL)[0]
    assert column(shown, 54, path) == pytest.approx(0.5, abs=0.012)


def test_another_shape_is_shown_between_bars(tmp_path: Path) -> None:
    path = still_film(tmp_path / "film.mp4", plain(200, 64, 64))
    render(edit(clip(path, 0, 3, 0)), tmp_path / "out.mp4", replace(FAST, size=(128, 64)))
    picture = pictures(tmp_path / "out.mp4", TALL)[0]
    assert picture[:, :28].max() < 10
    assert picture[:, 36:92].min() > 190


@pytest.mark.parametrize(("size", "told"), [((107, 192), "even"), ((192, 108), "another aspect")])
def test_sizes_that_cannot_be_are_refused(size: tuple[int, int], told: str) -> None:
    with pytest.raises(RenderRefused, match=told):
        replace(FAST, reframing=reframing(), size=size)


def tagged(path: Path, colours: tuple[int, int, int], picture: Pixels, pixels: str) -> Path:
    """A film with tags of primaries, transfer and matrix."""
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=RATE, options={"crf": "4"})
        stream.height, stream.width = picture.shape[:2]
        stream.pix_fmt = pixels
        context = stream.codec_context
        context.color_primaries, context.color_trc, context.colorspace = colours
        context.color_range = 1
        for number in range(5):
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            made = frame.reformat(format=pixels, dst_colorspace=colours[2], dst_color_range=1)
            made.pts, made.time_base = number, 1 / RATE
            container.mux(stream.encode(made))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("colours", [(1, 1, 1), (6, 6, 6), (5, 6, 5)])
def test_tags_of_colour_are_kept(tmp_path: Path, colours: tuple[int, int, int]) -> None:
    path = tagged(tmp_path / "film.mp4", colours, ramp(64, 36), "yuv420p")
    render(edit(clip(path, 0, 5, 0)), tmp_path / "out.mp4", FAST)
    facts = stream_facts(tmp_path / "out.mp4")
    assert facts["colour"] == colours
    assert facts["limited"]


def test_colours_stay_where_sources_of_both_definitions_are_mixed(tmp_path: Path) -> None:
    flat = np.full((36, 64, 3), (200, 40, 60), np.uint8)
    old = tagged(tmp_path / "old.mp4", (6, 6, 6), flat, "yuv420p")
    new = tagged(tmp_path / "new.mp4", (1, 1, 1), flat, "yuv420p")
    cut = edit(clip(old, 0, 5, 0), clip(new, 0, 5, 5, id="V1/1"))
    render(cut, tmp_path / "out.mp4", FAST)
    assert stream_facts(tmp_path / "out.mp4")["colour"] == (1, 1, 1)
    for picture in pictures(tmp_path / "out.mp4", TALL):
        assert np.abs(picture.astype(int) - flat).mean() < 4


PQ, HLG = (9, 16, 9), (9, 18, 9)


@pytest.mark.parametrize("colours", [PQ, HLG])
def test_hdr_is_refused_until_somebody_says_what_it_becomes(
    tmp_path: Path, colours: tuple[int, int, int]
) -> None:
    path = tagged(tmp_path / "hdr.mp4", colours, ramp(64, 36), "yuv420p10le")
    cut = edit(clip(path, 0, 5, 0))
    with pytest.raises(RenderRefused, match="nobody has said"):
        render(cut, tmp_path / "out.mp4", FAST)
    with pytest.raises(RenderRefused, match="8 bits"):
        render(cut, tmp_path / "out.mp4", replace(FAST, hdr="keep"))
    assert not (tmp_path / "out.mp4").exists()


def test_hdr_is_kept_with_its_tags(tmp_path: Path) -> None:
    path = tagged(tmp_path / "hdr.mp4", PQ, ramp(64, 36), "yuv420p10le")
    options = RenderOptions(encoder=HevcEncoder(preset="ultrafast"), hdr="keep")
    render(edit(clip(path, 0, 5, 0)), tmp_path / "out.mp4", options)
    facts = stream_facts(tmp_path / "out.mp4")
    assert (facts["colour"], facts["pixels"]) == (PQ, "yuv420p10le")


def test_hdr_becomes_sdr_by_a_curve_that_keeps_shadows_and_bends_highlights(
    tmp_path: Path,
) -> None:
    # Code values of PQ: of 20, 203 and 1000 cd/m2 (SMPTE ST 2084), as grey of 10 bits.
    grey = np.concatenate([np.full((36, 32), v) for v in (0.3577, 0.5807, 0.7518)], axis=1)
    picture = np.repeat(np.rint(255 * grey)[:, :, None], 3, axis=2).astype(np.uint8)
    path = tagged(tmp_path / "hdr.mp4", PQ, picture, "yuv420p10le")
    render(edit(clip(path, 0, 5, 0)), tmp_path / "out.mp4", replace(FAST, hdr="sdr"))
    facts = stream_facts(tmp_path / "out.mp4")
    assert (facts["colour"], facts["pixels"]) == ((1, 1, 1), "yuv420p")
    shown = pictures(tmp_path / "out.mp4", TALL)[0][18]
    dark, white, bright = (float(shown[at].mean()) for at in (16, 48, 80))
    assert dark == pytest.approx(255 * (20 / 203) ** (1 / 2.4), abs=25)
    assert 150 < white < 235
    assert white + 15 < bright <= 255


def test_hdr_beside_other_footage_is_refused(tmp_path: Path) -> None:
    hdr = tagged(tmp_path / "hdr.mp4", PQ, ramp(64, 36), "yuv420p10le")
    sdr = film(tmp_path / "sdr.mp4", frames=5)
    cut = edit(clip(hdr, 0, 5, 0), clip(sdr, 0, 5, 5, id="V1/1"))
    with pytest.raises(RenderRefused, match="mixes HDR"):
        render(cut, tmp_path / "out.mp4", replace(FAST, hdr="sdr"))


TEXT = """[Script Info]
ScriptType: v4.00+
PlayResX: 64
PlayResY: 36

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, OutlineColour, BorderStyle, Outline, Alignment
Style: Default,Sans,10,&H00FFFFFF,&H000000FF,3,30,5

[Events]
Format: Layer, Start, End, Style, Text
Dialogue: 0,0:00:01.00,0:00:01.40,Default,X
"""


def test_subtitles_are_burnt_in_on_the_clock_of_the_timeline(tmp_path: Path) -> None:
    text = tmp_path / "it's [a], 100% text;.ass"
    text.write_text(TEXT)
    path = still_film(tmp_path / "film.mp4", plain(20, 64, 36), 50)
    options = replace(FAST, texts=(text,))
    span = TimeRange.between(20 / RATE, 40 / RATE)  # 0.8 s to 1.6 s
    render(edit(clip(path, 0, 50, 0)), tmp_path / "out.mp4", options, span=span)
    red = [int(picture[2, 2, 0]) > 100 for picture in pictures(tmp_path / "out.mp4")]
    assert red == [False] * 5 + [True] * 10 + [False] * 5


def test_a_missing_file_of_subtitles_is_told_before_anything_begins(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", frames=5)
    with pytest.raises(MediaMissing):
        render(
            edit(clip(path, 0, 5, 0)), tmp_path / "o.mp4",
            replace(FAST, texts=(tmp_path / "no.ass",)),
        )  # fmt: skip


@pytest.mark.parametrize(
    ("encoder", "codec", "pixels", "sound"),
    [
        (H264Encoder(bitrate="500k"), "h264", "yuv420p", "aac"),
        (HevcEncoder(preset="ultrafast"), "hevc", "yuv420p", "aac"),
        (ProresEncoder(), "prores", "yuv422p10le", "pcm_s24le"),
        (ProresEncoder(profile="4444"), "prores", "yuv444p12le", "pcm_s24le"),
        (DnxhrEncoder(), "dnxhd", "yuv422p", "pcm_s24le"),
        (DnxhrEncoder(profile="hqx"), "dnxhd", "yuv422p10le", "pcm_s24le"),
    ],
)
def test_encoders_keep_frames_and_form(
    tmp_path: Path, encoder: Encoder, codec: str, pixels: str, sound: str
) -> None:
    tone = np.full(48_000, 0.1, np.float32)
    path = film(tmp_path / "film.mp4", size=(320, 180), frames=12, sound=tone)
    output = tmp_path / f"out{encoder.suffix}"
    render(edit(clip(path, 2, 10, 0)), output, RenderOptions(encoder=encoder))
    facts = stream_facts(output)
    assert (facts["codec"], facts["pixels"], facts["rate"]) == (codec, pixels, 25)
    assert facts["aspect"] in (1, None)
    assert facts["sound"] == [(sound, 48_000, "stereo")]
    assert numbers(output) == list(range(2, 12))


def test_hardware_encodes_or_the_fallback_is_told(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", size=(320, 180), frames=10)
    options = RenderOptions(encoder=ENCODERS.choose("hardware:codec=h264"))
    made = render(edit(clip(path, 0, 10, 0)), tmp_path / "out.mp4", options)
    assert numbers(tmp_path / "out.mp4") == list(range(10))
    fell_back = any("no hardware encodes here" in note for note in made.notes)
    assert fell_back == (made.codec == "libx264")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("h265", "no such encoder"),
        ("h264:crf=60", "crf"),
        ("h264:bitrate=fast", "bitrate"),
        ("prores:profile=gold", "profile"),
    ],
)
def test_a_wrong_choice_of_an_encoder_is_told(text: str, told: str) -> None:
    with pytest.raises(EncoderError, match=told):
        ENCODERS.choose(text)


def test_all_encoders_are_listed_with_their_parameters() -> None:
    names = [line.partition(":")[0] for line in ENCODERS.describe()]
    assert names == ["dnxhr", "h264", "hardware", "hevc", "prores"]


def test_the_plan_names_what_cannot_be_rendered_and_strict_refuses_it(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", frames=10)
    cut = edit(clip(path, 0, 10, 0), clip(tmp_path / "lost.mp4", 0, 10, 10, id="V1/1"))
    title = LeftOut(kind="title", name="Opening", range=TimeRange(start=0, duration=1))
    facts = RenderFacts(left_out=(title,))
    plan = plan_render(cut, FAST, facts=facts)
    assert [each.code for each in plan.problems] == ["media-missing"]
    assert plan.left_out == (title,)
    assert (plan.frames, plan.size, plan.codec) == (20, (64, 36), "libx264")
    with pytest.raises(RenderRefused, match=r"lost\.mp4.*title 'Opening'"):
        render(cut, tmp_path / "out.mp4", replace(FAST, strict=True), facts=facts)
    made = render(cut, tmp_path / "out.mp4", FAST, facts=facts)
    assert numbers(tmp_path / "out.mp4") == [*range(10), *[-1] * 10]
    assert made.problems == plan.problems


def test_a_timeline_of_nothing_that_can_be_read_is_refused(tmp_path: Path) -> None:
    cut = edit(clip(tmp_path / "lost.mp4", 0, 10, 0))
    with pytest.raises(RenderRefused, match="none of its clips"):
        render(cut, tmp_path / "out.mp4", FAST)
    assert list(tmp_path.iterdir()) == []


def test_two_renders_give_the_same_bytes(tmp_path: Path) -> None:
    path = film(tmp_path / "film.mp4", frames=10, sound=np.full(20_000, 0.1, np.float32))
    for name in ("a.mp4", "b.mp4"):
        render(edit(clip(path, 0, 10, 0)), tmp_path / name, FAST)
    assert (tmp_path / "a.mp4").read_bytes() == (tmp_path / "b.mp4").read_bytes()
