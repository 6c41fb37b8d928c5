"""Architectures of image-text models: the halves of a checkpoint, as transformers builds them.

A new architecture is a row of :data:`ARCHITECTURES`. Sources: ``modeling_clip.py`` and
``modeling_siglip.py`` of transformers; ``clip/clip.py`` of openai/CLIP; ``SigLIP2_demo.ipynb`` of
google-research/big_vision (``lower(key="text")|tok(length=64, model="gemma", bos="no",
eos="sticky")``). The SigLIP 2 models of fixed size are of the architecture ``siglip``; those with
NaFlex in their names are not, and take their pictures in another form.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from shotlog.models.catalog import TextInput


@dataclass(frozen=True)
class Tower:
    """The half of an image-text model that makes vectors of pictures, or of texts.

    Attributes:
        class_name: Its class in transformers.
        config: Key of its part in config.json.
        prefixes: Beginnings of the names of its tensors.
        output: Attribute of its output that holds the embedding.
        width: Name of a tensor, and the axis along which it is as wide as the embedding.
    """

    class_name: str
    config: str
    prefixes: tuple[str, ...]
    output: str
    width: tuple[str, int]


@dataclass(frozen=True)
class ImageTextArchitecture:
    """An architecture of image-text models.

    Attributes:
        image: The half for pictures.
        text: The half for texts.
        class_tokens: Positions of the half for pictures that are no patches.
        beside: Tensors outside both halves: the scale and the bias of similarities, which do not
            change an order by similarity.
        text_input: Preparation of texts for a model without a shipped card.
    """

    image: Tower
    text: Tower
    class_tokens: int
    beside: frozenset[str]
    text_input: TextInput


_PATCHES = "vision_model.embeddings.patch_embedding.weight"

ARCHITECTURES: Mapping[str, ImageTextArchitecture] = MappingProxyType(
    {
        "clip": ImageTextArchitecture(
            image=Tower(
                class_name="CLIPVisionModelWithProjection",
                config="vision_config",
                prefixes=("vision_model.", "visual_projection."),
                output="image_embeds",
                width=("visual_projection.weight", 0),
            ),
            text=Tower(
                class_name="CLIPTextModelWithProjection",
                config="text_config",
                prefixes=("text_model.", "text_projection."),
                output="text_embeds",
                width=("text_projection.weight", 0),
            ),
            class_tokens=1,
            beside=frozenset({"logit_scale"}),
            text_input=TextInput(start="<|startoftext|>", end="<|endoftext|>"),
        ),
        "siglip": ImageTextArchitecture(
            image=Tower(
                class_name="SiglipVisionModel",
                config="vision_config",
                prefixes=("vision_model.",),
                output="pooler_output",
                width=(_PATCHES, 0),
            ),
            text=Tower(
                class_name="SiglipTextModel",
                config="text_config",
                prefixes=("text_model.",),
                output="pooler_output",
                width=("text_model.head.weight", 0),
            ),
            class_tokens=0,
            beside=frozenset({"logit_scale", "logit_bias"}),
            text_input=TextInput(lowercase=True, end="<eos>", padding="<pad>"),
        ),
    }
)
"""Architectures by ``model_type`` of config.json."""
