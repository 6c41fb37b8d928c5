"""Files are opened for what is wanted of them."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np

from shotlog.media.container import open_media
from shotlog.synthetic import AUDIO_RATE, write_video
from tests.media.material import drift


def test_a_film_opened_for_its_sound_has_no_picture_decoded_and_the_same_sound(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.mp4"
    noise = np.random.default_rng(1).normal(0, 0.1, AUDIO_RATE).astype(np.float32)
    write_video(path, drift(25), Fraction(25), sound=noise)
    formats, sounds = [], []
    for pictures in (True, False):
        with open_media(str(path), pictures=pictures) as container:
            # FFmpeg knows the pixel format of H.264 once it has decoded a picture.
            formats.append(container.streams.video[0].codec_context.pix_fmt)
            (sound,) = container.streams.audio
            frames = [frame.to_ndarray() for frame in container.decode(sound)]
            sounds.append((sound.codec_context.layout.name, np.concatenate(frames, axis=1)))
    assert formats == ["yuv420p", None]
    assert sounds[0][0] == sounds[1][0]
    assert np.array_equal(sounds[0][1], sounds[1][1])
