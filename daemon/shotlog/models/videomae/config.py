"""A model's config.json, read with suspicion."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from shotlog.schema import ModelUnreadable


class Config:
    """A model's config.json, read with suspicion.

    Args:
        values: As in the file; OpenGVLab's ``model_config`` is laid over its surroundings.
        subject: Whose it is, for errors.
    """

    def __init__(self, values: Mapping[str, Any], subject: str) -> None:
        inner = values.get("model_config")
        self._values = {**values, **inner} if isinstance(inner, dict) else dict(values)
        self._subject = subject

    def refused(self, message: str) -> ModelUnreadable:
        """An error about this model."""
        return ModelUnreadable(self._subject, message, "Check its config.json.")

    def number(self, *names: str) -> int | None:
        """The whole positive number under the first of these names; None where none is there."""
        for name in names:
            value = self._values.get(name)
            sides = value if isinstance(value, list) else [value]
            if value is None:
                continue
            if len(set(map(str, sides))) != 1 or type(sides[0]) is not int or sides[0] < 1:
                raise self.refused(f"its config.json has {value!r} for {name}")
            return sides[0]
        return None

    def flag(self, *names: str, default: bool) -> bool:
        """A yes or no under the first of these names."""
        for name in names:
            value = self._values.get(name)
            if value is not None and not isinstance(value, bool):
                raise self.refused(f"its config.json has {value!r} for {name}")
            if value is not None:
                return value
        return default

    def eps(self, default: float) -> float:
        """Of the LayerNorms in the trunk."""
        value = self._values.get("layer_norm_eps", default)
        if type(value) not in (int, float) or not 0 <= value < 1:
            raise self.refused(f"its config.json has {value!r} for layer_norm_eps")
        return float(value)

    def plain(self, **expected: object) -> None:
        """Refuses a variant of the architecture that no published checkpoint uses."""
        for name, value in expected.items():
            if self._values.get(name, value) != value:
                raise self.refused(f"a model with {name} = {self._values[name]!r} is not supported")

    def agrees(self, measured: int, *names: str) -> int:
        """A number from the tensors; refused where the config says another."""
        stated = self.number(*names)
        if stated not in (None, measured):
            raise self.refused(
                f"its config.json says {names[0]} = {stated}, its weights have {measured}"
            )
        return measured

    def labels(self, key: str) -> tuple[str, ...]:
        """The labels of a head, in the order of their ids (JSON makes text of those).

        The order is the file's own: two published checkpoints of one task order theirs
        differently.
        """
        table = self._values.get(key)
        if not isinstance(table, dict) or not table:
            raise self.refused(f"its config.json names no labels under {key}")
        try:
            by_id = {int(number): label for number, label in table.items()}
        except ValueError:
            by_id = {}
        if sorted(by_id) != list(range(len(table))) or not all(
            isinstance(label, str) for label in by_id.values()
        ):
            raise self.refused(
                f"the labels under {key} in its config.json are not numbered 0, 1, …"
            )
        return tuple(by_id[number] for number in range(len(by_id)))
