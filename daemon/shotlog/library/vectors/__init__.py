"""Vectors of image-text models, and the exact nearest neighbours of one among them.

sqlite-vec's own search reads every vector as float32: 10^6 of 512 numbers took 0.8 s on two cores
(python -m benchmarks.library --plain). So a coarse scan comes first, and sqlite-vec's
``vec_distance_cosine`` decides among the candidates that it leaves.

Coding. Successive vectors are one row of the table ``code``. With ``c`` the mean of its vectors
and ``s`` one step per dimension, the vector ``x`` has the code ``k = round((x - c) / s)``, which
fits in int8, and the error ``e = |x - (c + s * k)|``, rounded up. (A centre and steps of its own
for each row of the table keep errors small where a model has a few large dimensions, as CLIP has.)

Bound. For a query ``q`` of length 1, ``q·x = q·c + (q * s)·k + q·(x - c - s * k)``, and by
Cauchy-Schwarz the last term is at most ``e``. So the computed ``u = q·c + (q * s)·k + e + r`` is no
less than the similarity of ``x``, where ``r`` covers the rounding of float32 (:func:`rounding`).

Search. Vectors are rescored in descending order of ``u``. It ends when as many as wanted have been
found and the next ``u`` is less than the worst of them: no vector that is left can be better. The
result is that of comparing with all vectors, whatever they are; only its time depends on them.
"""

from shotlog.library.vectors.coding import encode, insert_codes, rounding, to_unit
from shotlog.library.vectors.ranking import Ranking, VectorModel
from shotlog.library.vectors.scanning import Scanned, nearest

__all__ = [
    "Ranking",
    "Scanned",
    "VectorModel",
    "encode",
    "insert_codes",
    "nearest",
    "rounding",
    "to_unit",
]
