"""Frees an ONNX graph of the picture size that it was exported with.

``centerface.onnx`` was exported for ten pictures of 32 x 32, although the network is fully
convolutional, and lists its weights among the inputs, which keeps ONNX Runtime from folding the
batch normalisations. Both are a matter of a few fields at the top of the file, so the file is
edited as what it is, a Protocol Buffers message, rather than through the ``onnx`` package, which
nothing else here needs.

Field numbers: ``onnx/onnx.proto`` (ModelProto.graph 7; GraphProto.input 11, output 12,
value_info 13; ValueInfoProto.name 1, type 2; TypeProto.tensor_type 1; Tensor.elem_type 1).
Wire format: https://protobuf.dev/programming-guides/encoding/.
"""

from __future__ import annotations

from collections.abc import Iterator

_GRAPH = 7
_INPUT, _OUTPUT, _VALUE_INFO = 11, 12, 13
_NAME, _TYPE, _TENSOR_TYPE, _ELEM_TYPE = 1, 2, 1, 1
_FLOAT = 1
_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5


def any_size(model: bytes, picture: str) -> bytes:
    """The same model, with inputs and outputs of any shape and ``picture`` as the only input.

    Args:
        model: A serialised ONNX ModelProto.
        picture: Name of the input that is not a weight.

    Raises:
        ValueError: where the bytes are no ONNX model.
    """
    return b"".join(
        _field(_GRAPH, _freed(body, picture)) if number == _GRAPH else raw
        for number, body, raw in _fields(model)
    )


def _freed(graph: bytes, picture: str) -> bytes:
    kept = []
    for number, body, raw in _fields(graph):
        if number == _VALUE_INFO:
            continue
        if number not in (_INPUT, _OUTPUT):
            kept.append(raw)
        elif number == _OUTPUT or _name(body) == picture:
            kept.append(_field(number, _float_tensor(_name(body))))
    return b"".join(kept)


def _name(value_info: bytes) -> str:
    return next(body for number, body, _ in _fields(value_info) if number == _NAME).decode()


def _float_tensor(name: str) -> bytes:
    tensor = bytes([_ELEM_TYPE << 3 | _VARINT, _FLOAT])
    return _field(_NAME, name.encode()) + _field(_TYPE, _field(_TENSOR_TYPE, tensor))


def _field(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(body)) + body


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _fields(message: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """The number, the body (of a length-delimited field) and the whole bytes of each field."""
    at = 0
    while at < len(message):
        start = at
        tag, at = _read_varint(message, at)
        kind, length = tag & 7, 0
        if kind == _BYTES:
            length, at = _read_varint(message, at)
        elif kind == _VARINT:
            _, at = _read_varint(message, at)
        elif kind in (_FIXED64, _FIXED32):
            length = 8 if kind == _FIXED64 else 4
        else:
            raise ValueError(f"no ONNX model: wire type {kind}")
        end = at + length
        if end > len(message):
            raise ValueError("no ONNX model: it ends too early")
        yield tag >> 3, message[at:end], message[start:end]
        at = end


def _read_varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while at < len(message):
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at, shift = at + 1, shift + 7
        if byte < 0x80:
            return value, at
    raise ValueError("no ONNX model: it ends too early")
