"""Files of a trained model, in the published layouts: config, weights, preprocessor, card.

One head: ``VideoMAEForVideoClassification`` of transformers. Two: the layout of
``gullalc/videomae-base-finetuned-kinetics-movieshots-multitask``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from torch import Tensor

from shotlog.files import output_errors, replace_file
from shotlog.learning.clips import FILMS_FILE, LearnedFilms
from shotlog.learning.training.bases import Base
from shotlog.learning.training.output import CONFIG, MODEL_CARD, WEIGHTS, write_tensors
from shotlog.learning.training.questions import Question
from shotlog.models.catalog import TRAINED_CARD, Card, Resize
from shotlog.models.checkpoints import PREPROCESSOR

_BILINEAR: Final = 2
"""``PIL.Image.Resampling.BILINEAR``."""

_BIASES: Final = (
    # Names that transformers before 5.6 reads, and 5.18 and newer convert.
    (re.compile(r"\.attention\.query\.bias$"), ".attention.q_bias"),
    (re.compile(r"\.attention\.value\.bias$"), ".attention.v_bias"),
)


def write_weights(folder: Path, state: Mapping[str, Tensor], questions: Sequence[Question]) -> None:
    """Write the weights under the published names.

    Args:
        folder: Folder of the model.
        state: The tensors under their canonical names.
        questions: The questions, in the order of the heads.

    Raises:
        OutputNotWritable: It cannot be written.
        DiskFull: The disk is full.
    """
    prefix = "videomae." if len(questions) == 1 else "vmae."
    tensors = {_published(name, prefix): tensor.cpu() for name, tensor in state.items()}
    write_tensors(folder / WEIGHTS, tensors, {"format": "pt"})


def write_texts(
    folder: Path,
    base: Base,
    questions: Sequence[Question],
    card: Card,
    model_card: str,
    films: LearnedFilms,
) -> None:
    """Write everything beside the weights; the card is last, as the model is whole then.

    Raises:
        OutputNotWritable: A file cannot be written.
        DiskFull: The disk is full.
    """
    documents = {
        CONFIG: describe_network(base, questions),
        PREPROCESSOR: describe_pixels(base, card.resize),
    }
    with output_errors(folder):
        for name, document in documents.items():
            replace_file(folder / name, f"{json.dumps(document, indent=2)}\n".encode())
        replace_file(folder / FILMS_FILE, f"{films.model_dump_json(indent=2)}\n".encode())
        replace_file(folder / MODEL_CARD, model_card.encode("utf-8", "replace"))
        replace_file(folder / TRAINED_CARD, f"{card.model_dump_json(indent=2)}\n".encode())


def describe_network(base: Base, questions: Sequence[Question]) -> dict[str, Any]:
    """Return the content of config.json."""
    network = base.architecture
    config: dict[str, Any] = {
        "architectures": [
            "VideoMAEForVideoClassification" if _single(questions) else "CustomModel"
        ],
        "model_type": "videomae",
        "attention_probs_dropout_prob": 0.0,
        "hidden_act": "gelu",
        "hidden_dropout_prob": 0.0,
        "hidden_size": network.embedding,
        "image_size": network.size,
        "initializer_range": 0.02,
        "intermediate_size": network.mlp,
        "layer_norm_eps": network.eps,
        "num_attention_heads": network.attention_heads,
        "num_channels": 3,
        "num_frames": network.frames,
        "num_hidden_layers": network.depth,
        "patch_size": network.patch,
        "qkv_bias": network.biases,
        "torch_dtype": "float32",
        "tubelet_size": network.tubelet,
        "use_mean_pooling": True,
    }
    for question in questions:
        table = question.head.labels or "id2label"
        config[table] = {str(number): label for number, label in enumerate(question.labels)}
        back = table.replace("id2label", "label2id")
        config[back] = {label: number for number, label in enumerate(question.labels)}
    if _single(questions):
        kind = "single" if questions[0].exclusive else "multi"
        config["problem_type"] = f"{kind}_label_classification"
    return config


def describe_pixels(base: Base, resize: Resize) -> dict[str, Any]:
    """Return the content of preprocessor_config.json."""
    side = base.architecture.size
    square = {"height": side, "width": side}
    mean, std = base.normalisation
    return {
        "image_processor_type": "VideoMAEImageProcessor",
        "crop_size": square,
        "do_center_crop": resize is Resize.COVER,
        "do_normalize": True,
        "do_rescale": True,
        "do_resize": True,
        "image_mean": list(mean),
        "image_std": list(std),
        "resample": _BILINEAR,
        "rescale_factor": 1 / 255,
        "size": {"shortest_edge": side} if resize is Resize.COVER else square,
    }


def _single(questions: Sequence[Question]) -> bool:
    return len(questions) == 1


def _published(name: str, prefix: str) -> str:
    if name.startswith("heads."):
        return name.removeprefix("heads.")
    inner = name.removeprefix("backbone.")
    if inner.startswith("fc_norm."):
        return inner
    for pattern, bias in _BIASES:
        inner = pattern.sub(bias, inner)
    return prefix + inner
