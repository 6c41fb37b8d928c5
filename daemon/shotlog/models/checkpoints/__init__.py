"""Files of checkpoints: config.json and weights, read without running code in them."""

from shotlog.models.checkpoints.config import Config
from shotlog.models.checkpoints.files import (
    SAFE,
    Shapes,
    read_config,
    read_json,
    read_shapes,
    read_tensors,
    remedy,
    weights_file,
)
from shotlog.models.checkpoints.preprocessor import PREPROCESSOR, Triple, read_normalisation

__all__ = [
    "PREPROCESSOR",
    "SAFE",
    "Config",
    "Shapes",
    "Triple",
    "read_config",
    "read_json",
    "read_normalisation",
    "read_shapes",
    "read_tensors",
    "remedy",
    "weights_file",
]
