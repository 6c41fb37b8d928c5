"""``benchmarks/fit_words.py`` calibrates the sizes of a model on labelled stills."""

from __future__ import annotations

import csv
import importlib
import json
from fractions import Fraction
from pathlib import Path
from types import ModuleType

import cv2
import numpy as np
import pytest
from pydantic import ValidationError

from shotlog.media import FrameReader, probe
from shotlog.models.analysis import ZeroShotSizeAnalyzer, build_analyzers
from shotlog.models.catalog import (
    Card,
    Registry,
    SizeCalibration,
    describe_file,
    shipped_cards,
)
from shotlog.models.words import SIZE_PROMPTS, EmbeddingMeasure, digest_prompts
from shotlog.schema import MediaReference, Row, TimeRange
from tests.models.checkpoints import card, make
from tests.models.image_text import MadeImageText, make_clip

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"
LABELS = {"ECS": "ECU", "CS": "CU", "MS": "MS", "FS": "FS", "LS": "LS"}
"""Names of the sizes in ``labels.csv``."""
_COLUMNS = ("file", "task", "label", "alt", "confidence", "source_group", "kind", "faces")


@pytest.fixture
def fit_words(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    if not BENCHMARKS.is_dir():
        pytest.skip("the benchmarks are not beside the tests here")
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("fit_words")


@pytest.fixture
def clip(tmp_path: Path) -> MadeImageText:
    made = make_clip(tmp_path / "clip")
    made.install()
    return made


def write_stills(folder: Path, count: int = 16) -> list[Path]:
    """Write stills of patterns that differ in colour and fineness."""
    folder.mkdir()
    dice = np.random.default_rng(2)
    for number in range(count):
        cells = 2 ** (1 + number % 4)
        small = dice.integers(0, 256, (cells, cells, 3)).astype(np.uint8)
        large = cv2.resize(small, (160, 96), interpolation=cv2.INTER_NEAREST)
        cv2.imwrite(str(folder / f"{number:02}.png"), large)
    return sorted(folder.glob("*.png"))


def write_labels(folder: Path, labels: dict[str, str], *, sources: int = 8) -> None:
    """Write ``labels.csv`` for stills of so many sources; half of the stills have a face."""
    with (folder / "labels.csv").open("w", newline="") as file:
        table = csv.DictWriter(file, _COLUMNS)
        table.writeheader()
        for number, (name, size) in enumerate(labels.items()):
            table.writerow({
                "file": name, "task": "scale", "label": LABELS[size], "alt": "",
                "confidence": 1.0, "source_group": f"source {number % sources}",
                "kind": "person", "faces": number % 2,
            })  # fmt: skip


def sizes_of(made: MadeImageText, stills: list[Path]) -> dict[str, str]:
    """Return what the model itself calls each still."""
    (analyzer,) = build_analyzers([made.installed], "cpu", "fp32")
    assert isinstance(analyzer, ZeroShotSizeAnalyzer)
    (measure,) = analyzer.measures
    assert isinstance(measure, EmbeddingMeasure)
    found = {}
    for path in stills:
        media = probe(MediaReference(path=str(path)))
        whole = TimeRange.model_validate({"start": 0, "duration": 1})
        frame = next(iter(FrameReader(media, [whole]))).pixels(measure.need)
        (row,) = measure.look([frame[None]])
        logits = measure.size_logits(measure.series(Fraction(1), [Row(0, 0, row)]))
        found[path.name] = tuple(SIZE_PROMPTS)[int(logits.argmax())]
    return found


def test_a_model_that_is_right_gets_a_calibration_for_its_card(
    fit_words: ModuleType, clip: MadeImageText, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = sizes_of(clip, write_stills(tmp_path / "video"))
    assert len(set(said.values())) > 1
    write_labels(tmp_path / "video", said)
    fit_words.main(["--data", str(tmp_path), "--model", "tiny-clip"])
    printed = capsys.readouterr().out
    assert "16 stills, 16 named, 16 of them right" in printed
    assert "without a face: 8 stills" in printed
    assert str(Registry().own_folder("tiny-clip") / "card.json") in printed
    field = json.loads("{" + printed[printed.index('"sizes"') :].rstrip().rstrip(",") + "}")
    changed = clip.card.model_dump(mode="json") | field
    told = Card.model_validate(changed).sizes
    assert told is not None
    assert told.prompts == digest_prompts()
    assert told.measured_on == "16 stills of 8 sources, 16 of 16 named right"
    assert told.temperature < 1  # it was always right, so it may be surer than it was


def test_a_model_that_is_no_better_than_one_size_gets_none(
    fit_words: ModuleType, clip: MadeImageText, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    said = sizes_of(clip, write_stills(tmp_path / "video"))
    others = {name: "LS" if size != "LS" else "MS" for name, size in said.items()}
    write_labels(tmp_path / "video", others)
    fit_words.main(["--data", str(tmp_path), "--model", "tiny-clip"])
    printed = capsys.readouterr().out
    assert "leave the card without a calibration" in printed
    assert '"sizes"' not in printed


def test_a_model_that_is_not_here_or_of_another_kind_is_named(
    fit_words: ModuleType, tmp_path: Path
) -> None:
    asked = ["--data", str(tmp_path), "--model"]
    with pytest.raises(SystemExit, match="shotlog models pull clip-vit-base-patch32"):
        fit_words.main([*asked, "clip-vit-base-patch32"])
    with pytest.raises(SystemExit, match="nobody"):
        fit_words.main([*asked, "nobody"])
    video = make(tmp_path / "video")
    kept = [describe_file(video.folder / name) for name in video.card.files]
    Registry().install(video.card, kept, source="this test", linked=video.folder)
    with pytest.raises(SystemExit, match="no image-text model"):
        fit_words.main([*asked, video.card.name])


def test_one_source_alone_cannot_be_left_out(
    fit_words: ModuleType, clip: MadeImageText, tmp_path: Path
) -> None:
    stills = write_stills(tmp_path / "video", 4)
    write_labels(tmp_path / "video", {still.name: "MS" for still in stills}, sources=1)
    with pytest.raises(SystemExit, match="one source"):
        fit_words.main(["--data", str(tmp_path), "--model", "tiny-clip"])


def test_shipped_calibrations_are_of_the_sentences_that_ship() -> None:
    told = [card.sizes for card in shipped_cards() if card.sizes is not None]
    assert all(each.prompts == digest_prompts() for each in told)


def test_a_calibration_belongs_to_an_image_text_model_and_is_a_possible_one() -> None:
    facts = {"temperature": 1.0, "threshold": 0.5, "measured_on": "stills", "prompts": "0"}
    with pytest.raises(ValidationError, match="by a head"):
        Card.model_validate(card("video").model_dump() | {"sizes": facts})
    for wrong in ({"temperature": 0.0}, {"threshold": 1.5}):
        with pytest.raises(ValidationError):
            SizeCalibration.model_validate(facts | wrong)
