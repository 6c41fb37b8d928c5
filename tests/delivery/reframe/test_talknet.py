"""TalkNet: its sound, its checkpoints with random weights, and a run over a film."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import torch
from safetensors.torch import save_file

from shotlog.delivery.reframe import (
    EditSound,
    FaceTrack,
    ReframeOptions,
    SeenShot,
    SpeakerReframer,
    reframe,
)
from shotlog.delivery.reframe.talknet import (
    CepstrumMeasure,
    MouthMeasure,
    TalkNet,
    load_talknet,
    make_network,
    score_faces,
)
from shotlog.engine import Cache, cache_key
from shotlog.media import probe
from shotlog.schema import (
    SOUND_RATE,
    Media,
    MediaReference,
    Picture,
    ReframerError,
    Row,
    Series,
    Shot,
    ShotView,
    SoundView,
    TimeRange,
)
from shotlog.synthetic import AUDIO_RATE, write_video
from tests.delivery.reframe.scenes import RATE, clip_of, edit_of, face, wall

Weights = dict[str, torch.Tensor]


@pytest.fixture(scope="module")
def weights() -> Weights:
    """Return random weights under the names of TalkNet's checkpoints."""
    torch.manual_seed(7)
    return make_network().state_dict()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, weights: Weights) -> Path:
    folder = tmp_path_factory.mktemp("talknet")
    save_file(weights, folder / "talknet.safetensors")
    return folder


@pytest.fixture(scope="module")
def talknet(folder: Path) -> TalkNet:
    return load_talknet(folder)


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[Cache]:
    with Cache(tmp_path / "cache.sqlite") as opened:
        yield opened


def mouths(seed: int = 0) -> npt.NDArray[np.uint8]:
    return np.random.default_rng(seed).integers(0, 256, (5, 112, 112), np.uint8)


def test_a_tone_has_the_cepstra_of_the_package_that_talknet_was_trained_with() -> None:
    # python_speech_features.mfcc((8000 * sin(2 pi 440 n / 16000)).astype(int16), 16000)[5]
    expected = [
        19.066,
        19.511,
        2.644,
        -13.192,
        -26.167,
        -32.528,
        -28.678,
        -17.671,
        -2.373,
        10.792,
        18.886,
        18.691,
        12.381,
    ]
    tone = np.trunc(8000 * np.sin(2 * np.pi * 440 * np.arange(16_000) / 16_000)) / 32768
    rows = list(CepstrumMeasure().listen(tone.astype(np.float32), 0, 0))
    found = {row.first // 160 - 2: row.values for row in rows}
    assert found[5] == pytest.approx(expected, abs=1e-3)


def test_cepstra_do_not_depend_on_the_cell_in_which_they_lie() -> None:
    sound = np.random.default_rng(1).normal(0, 0.1, 20 * 16_000).astype(np.float32)
    measure = CepstrumMeasure()
    whole = {row.first: row.values for row in measure.listen(sound, 0, 0)}
    later = list(measure.listen(sound[12 * 16_000 :], 16 * 16_000, 4 * 16_000))
    assert len(later) == 400
    for row in later:
        assert np.allclose(row.values, whole[row.first])


def test_sound_shorter_than_a_frame_has_no_cepstra() -> None:
    assert list(CepstrumMeasure().listen(np.zeros(300, np.float32), 0, 0)) == []


@pytest.mark.parametrize("name", ["pretrain_TalkSet.model", "own.pt", "own.pth"])
def test_a_pickle_of_tensors_is_the_same_network_also_with_the_parts_for_training(
    name: str, tmp_path: Path, weights: Weights, talknet: TalkNet
) -> None:
    others = {"lossA.FC.weight": torch.zeros(2, 128), "lossV.FC.bias": torch.zeros(2)}
    torch.save(
        {f"module.{key}": value for key, value in (weights | others).items()}, tmp_path / name
    )
    assert np.array_equal(load_talknet(tmp_path).see(mouths()), talknet.see(mouths()))


@pytest.mark.parametrize("pictures", [1, 2, 3, 25, 31])
def test_every_picture_has_a_score_however_many_there_are(pictures: int, talknet: TalkNet) -> None:
    vectors = np.tile(talknet.see(mouths()), (pictures, 1))
    scores = talknet.score(vectors, np.ones((4 * pictures, 13), np.float32))
    assert scores.shape == (pictures,)
    assert np.isfinite(scores).all()


def test_scores_depend_on_the_mouth_and_on_the_sound(talknet: TalkNet) -> None:
    still, moving = (
        np.tile(talknet.see(mouths()), (25, 1)),
        np.stack([talknet.see(mouths(n)) for n in range(25)]),
    )
    quiet, loud = np.zeros((100, 13), np.float32), np.full((100, 13), 9, np.float32)
    assert not np.allclose(talknet.score(still, quiet), talknet.score(moving, quiet), atol=1e-6)
    assert not np.allclose(talknet.score(still, quiet), talknet.score(still, loud), atol=1e-6)


def test_a_folder_without_weights_or_with_several_is_refused(
    tmp_path: Path, weights: Weights
) -> None:
    with pytest.raises(ReframerError, match="no files of weights"):
        load_talknet(tmp_path)
    for name in ("a.pt", "b.pt"):
        torch.save({}, tmp_path / name)
    with pytest.raises(ReframerError, match="2 files of weights"):
        load_talknet(tmp_path)
    with pytest.raises(ReframerError, match="cannot be read"):
        load_talknet(tmp_path / "gone")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ({"lossAV.FC.bias": torch.zeros(2)}, "is missing"),
        ([torch.zeros(2)], "no named tensors"),
        ({"a": Fraction(1)}, "more than tensors"),
    ],
)
def test_a_file_that_is_no_talknet_is_refused(content: object, told: str, tmp_path: Path) -> None:
    torch.save(content, tmp_path / "other.pt")
    with pytest.raises(ReframerError, match=told):
        load_talknet(tmp_path)


def test_a_layer_of_another_size_is_named(tmp_path: Path, weights: Weights) -> None:
    torch.save(weights | {"lossAV.FC.weight": torch.zeros(3, 256)}, tmp_path / "wide.pt")
    with pytest.raises(ReframerError, match=r"lossAV\.FC\.weight has another shape"):
        load_talknet(tmp_path)


@pytest.mark.parametrize("name", ["broken.pt", "broken.safetensors"])
def test_a_damaged_file_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"PK\x03\x04 nothing of use")
    with pytest.raises(ReframerError, match="damaged"):
        load_talknet(tmp_path)


def test_mouths_are_looked_at_where_there_are_two_faces_and_nowhere_else(talknet: TalkNet) -> None:
    measure = MouthMeasure(talknet)
    for places, count in ([(90, 200)], 0), ([(90, 200), (90, 460)], 2):
        picture = wall().copy()
        for top, left in places:
            picture[top : top + 130, left - 62 : left + 62] = face(130)[:, :124]
        observer = measure.observer()
        rows = [row for n in range(6) for row in observer.see(Picture(n, Fraction(n, 25), picture))]
        assert [(row.first, row.last) for row in rows] == [(0, 4), (1, 5)]
        assert [row.values[0] for row in rows] == [count] * 2
        assert len(rows[0].values) == len(measure.columns)


def test_other_weights_are_other_evidence(
    tmp_path: Path, weights: Weights, talknet: TalkNet
) -> None:
    torch.save(weights | {"lossAV.FC.bias": torch.ones(2)}, tmp_path / "other.pt")
    assert MouthMeasure(load_talknet(tmp_path)).key != MouthMeasure(talknet).key


SECONDS = 2
WHOLE = TimeRange(start=Fraction(0), duration=Fraction(SECONDS))


def sound_of(seed: int, energy: float) -> dict[str, Series]:
    """Return cepstra of the same energy all along."""
    values = np.random.default_rng(seed).normal(0, 5, (100 * SECONDS, 13))
    values[:, 0] = energy
    rows = [Row((n + 2) * 160, (n + 3) * 160 - 1, row) for n, row in enumerate(values)]
    measure = CepstrumMeasure()
    return {measure.name: measure.series(Fraction(1, SOUND_RATE), rows)}


def seen_shot(talknet: TalkNet, order: tuple[int, int], sound: dict[str, Series]) -> SeenShot:
    """Return a shot of two faces whose mouths are numbered, from the left."""
    measure, rows = MouthMeasure(talknet), []
    for n in range(25 * SECONDS - 4):
        values = [2.0]
        for x, mouth in zip((0.25, 0.75), order, strict=True):
            values += [x, 0.4, 0.1, 0.3, *np.random.default_rng((mouth, n)).normal(0, 1, 512)]
        rows.append(Row(n, n + 4, values + [0.0] * (len(measure.columns) - len(values))))
    series = {measure.name: measure.series(Fraction(1, 25), rows), **sound}
    view = ShotView(
        Shot(id="a", clip="V1/0", source=WHOLE, core=WHOLE, timeline=WHOLE),
        clip_of(Path("two.mp4"), Fraction(SECONDS)),
        Media(path="two.mp4", content_id="two", container="mp4", video=None, audio=None),
        series,
    )
    moments = np.arange(0, SECONDS, 0.2)
    tracks = tuple(
        FaceTrack(moments, np.tile([x, 0.4, 0.1, 0.3], (len(moments), 1)), np.ones(len(moments)))
        for x in (0.25, 0.75)
    )
    return SeenShot(view, (1920, 1080), Fraction(9, 16), tracks)


def scored(
    talknet: TalkNet, order: tuple[int, int] = (1, 2), own: dict[str, Series] | None = None,
    microphones: tuple[dict[str, Series], ...] = (),
) -> npt.NDArray[np.float64]:  # fmt: skip
    shot = seen_shot(talknet, order, own or {})
    heard = tuple(SoundView(shot.view.clip, shot.view.media, each) for each in microphones)
    return score_faces(talknet, shot, EditSound({}, heard), np.arange(0.1, SECONDS, 0.2))


def test_a_score_belongs_to_the_mouth_wherever_its_face_is(talknet: TalkNet) -> None:
    own = sound_of(1, 10)
    found = scored(talknet, (1, 2), own)
    assert np.ptp(found, axis=1).min() > 0
    assert np.allclose(scored(talknet, (2, 1), own), found[:, ::-1])


def test_the_louder_audio_track_is_heard_as_if_it_were_the_sound_of_the_camera(
    talknet: TalkNet,
) -> None:
    loud, quiet = sound_of(1, 10), sound_of(2, 4)
    alone = scored(talknet, own=loud)
    assert np.allclose(scored(talknet, own=quiet, microphones=(quiet, loud)), alone)
    assert not np.allclose(scored(talknet, own=quiet), alone, atol=1e-5)


def test_nobody_speaks_where_there_is_no_sound(talknet: TalkNet) -> None:
    assert (scored(talknet) < 0).all()


def test_a_film_is_seen_and_heard_and_a_second_run_agrees(
    folder: Path, tmp_path: Path, cache: Cache
) -> None:
    picture = wall().copy()
    for left in (60, 440):
        picture[90:220, left : left + 124] = face(130)[:, :124]
    film = tmp_path / "two.mp4"
    sound = np.random.default_rng(5).normal(0, 0.1, AUDIO_RATE).astype(np.float32)
    write_video(film, [picture] * 25, RATE, sound=sound)
    edit = edit_of(clip_of(film, 25 / RATE))
    options = ReframeOptions(aspect=Fraction(9, 16), backend=SpeakerReframer(model=str(folder)))
    first = reframe(edit, cache, options)
    assert len(first.paths) == 1
    content = probe(MediaReference(path=str(film))).content_id
    for measure in (CepstrumMeasure(), MouthMeasure(load_talknet(folder))):
        assert cache.read(content, cache_key(measure), WHOLE)
    assert reframe(edit, cache, options) == first


def test_a_folder_that_is_gone_is_told_before_anything_is_decoded(
    tmp_path: Path, cache: Cache
) -> None:
    backend = SpeakerReframer(model=str(tmp_path / "gone"))
    edit = edit_of(clip_of(tmp_path / "none.mp4", Fraction(1)))
    with pytest.raises(ReframerError, match="folder of the model"):
        reframe(edit, cache, ReframeOptions(aspect=Fraction(1), backend=backend))
