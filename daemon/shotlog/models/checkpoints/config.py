"""Validated access to a model's config.json."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shotlog.schema import ModelUnreadable


class Config:
    """A model's config.json; every access validates the value.

    Args:
        values: Content of the file; OpenGVLab's nested ``model_config`` overrides the outer keys.
        subject: Name of the model, for errors.
    """

    def __init__(self, values: Mapping[str, Any], subject: str) -> None:
        inner = values.get("model_config")
        # OpenGVLab nests the network's settings in "model_config".
        self._values = {**values, **inner} if isinstance(inner, dict) else dict(values)
        self._subject = subject

    def error(self, message: str) -> ModelUnreadable:
        """Return an error about this model's config."""
        return ModelUnreadable(self._subject, message, "Check its config.json.")

    def number(self, *names: str) -> int | None:
        """Return the positive integer under the first present name; None where none is present."""
        for name in names:
            value = self._values.get(name)
            # Sizes may be given as [height, width]; only squares are accepted.
            sides = value if isinstance(value, list) else [value]
            if value is None:
                continue
            # Not isinstance: True is an int.
            if len(set(map(str, sides))) != 1 or type(sides[0]) is not int or sides[0] < 1:
                raise self.error(f"its config.json has {value!r} for {name}")
            return sides[0]
        return None

    def flag(self, *names: str, default: bool) -> bool:
        """Return the boolean under the first present name, else ``default``."""
        for name in names:
            value = self._values.get(name)
            if value is not None and not isinstance(value, bool):
                raise self.error(f"its config.json has {value!r} for {name}")
            if value is not None:
                return value
        return default

    def eps(self, default: float) -> float:
        """Return the epsilon of the trunk's LayerNorms."""
        value = self._values.get("layer_norm_eps", default)
        if type(value) not in (int, float) or not 0 <= value < 1:
            raise self.error(f"its config.json has {value!r} for layer_norm_eps")
        return float(value)

    def require(self, **expected: object) -> None:
        """Refuse a variant of the architecture that no published checkpoint uses."""
        for name, value in expected.items():
            if self._values.get(name, value) != value:
                raise self.error(f"a model with {name} = {self._values[name]!r} is not supported")

    def match(self, measured: int, *names: str) -> int:
        """Return a number measured from the tensors; refuse a config that states another."""
        stated = self.number(*names)
        if stated not in (None, measured):
            raise self.error(
                f"its config.json says {names[0]} = {stated}, its weights have {measured}"
            )
        return measured

    def labels(self, key: str) -> tuple[str, ...]:
        """Return the labels of a head, in the order of their ids (text keys in JSON).

        The order is that of the file: two published checkpoints of one task order theirs
        differently.
        """
        table = self._values.get(key)
        if not isinstance(table, dict) or not table:
            raise self.error(f"its config.json names no labels under {key}")
        try:
            by_id = {int(number): label for number, label in table.items()}
        except ValueError:
            by_id = {}
        # Gaps would shift every label after them.
        if sorted(by_id) != list(range(len(table))) or not all(
            isinstance(label, str) for label in by_id.values()
        ):
            raise self.error(f"the labels under {key} in its config.json are not numbered 0, 1, …")
        return tuple(by_id[number] for number in range(len(by_id)))
