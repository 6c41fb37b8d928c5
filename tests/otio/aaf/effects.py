"""Effects of AAF files, made with pyaaf2 with the definitions that they need."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from aaf2 import misc
from aaf2.auid import AUID
from aaf2.rational import AAFRational

Points = Sequence[tuple[Fraction | int, Fraction | int]]
"""Times and values of a graph."""


class Effects:
    """A maker of effects.

    Args:
        file: The file, opened for writing.
    """

    def __init__(self, file: Any) -> None:
        self.file = file

    def effect(
        self,
        name: str,
        length: int,
        *inputs: Any,
        warp: bool = False,
        ratio: Fraction | None = None,
        graph: Mapping[str, Points] | None = None,
        spline: bool = False,
        kind: str = "picture",
    ) -> Any:
        """An effect; ``ratio`` and ``graph`` (points by parameter) are those of a time warp."""
        # First, as pyaaf2's factory forgets what it makes while it makes something else.
        operation = self._operation(name, warp)
        group = self.file.create.OperationGroup(operation, length, kind)
        if inputs:
            group["InputSegments"].value = list(inputs)
        values = []
        if ratio is not None:
            value = self.file.create.ConstantValue()
            value.parameterdef = self._parameter("SpeedRatio")
            value["Value"].value = AAFRational(ratio.numerator, ratio.denominator)
            values.append(value)
        for parameter, points in (graph or {}).items():
            values.append(self._graph(parameter, points, spline=spline))
        if values:
            group["Parameters"].value = values
        return group

    def _graph(self, name: str, points: Points, *, spline: bool) -> Any:
        graph = self.file.create.VaryingValue()
        graph.parameterdef = self._parameter(name)
        graph.interpolationdef = self._interpolation(spline)
        made = []
        for at, value in points:
            point = self.file.create.ControlPoint()
            point["Time"].value = AAFRational(Fraction(at))
            point["Value"].value = AAFRational(Fraction(value))
            made.append(point)
        graph["PointList"].value = made
        return graph

    def _operation(self, name: str, warp: bool) -> Any:
        return self._definition(
            "OperationDefinitions",
            name,
            lambda auid: self._operation_def(auid, name, warp),
        )

    def _operation_def(self, auid: AUID, name: str, warp: bool) -> Any:
        made = self.file.create.OperationDef(auid, name)
        made.media_kind = "picture"
        made["IsTimeWarp"].value = warp
        made["NumberInputs"].value = -1
        return made

    def _parameter(self, name: str) -> Any:
        kind = self.file.metadict.lookup_typedef("Rational")
        return self._definition(
            "ParameterDefinitions",
            name,
            lambda auid: self.file.create.ParameterDef(auid, name, "", kind),
        )

    def _interpolation(self, spline: bool) -> Any:
        name = "AvidCubicInterpolator" if spline else "LinearInterp"
        return self._definition(
            "InterpolationDefinitions",
            name,
            lambda auid: self.file.create.InterpolationDef(
                auid if spline else misc.LinearInterp, name
            ),
        )

    def _definition(self, kind: str, name: str, make: Callable[[AUID], Any]) -> Any:
        listed = self.file.dictionary[kind]
        known = {item.name: item for item in listed.value} if len(listed) else {}
        if name not in known:
            auid = AUID(int=int.from_bytes(f"shotlog:{name}".encode()[:16].ljust(16, b"."), "big"))
            known[name] = make(auid)
            listed.append(known[name])
        return known[name]
