"""Contracts on imports that import-linter does not provide."""

from __future__ import annotations

from typing import Any

import grimp
from importlinter import Contract, ContractCheck, fields, output


class FacesContract(Contract):
    """Modules of a package are imported by their own package alone; others import its face.

    A package is its own face. Options:

    * ``packages``: the top packages whose rooms have faces.
    * ``open_packages``: packages whose modules are public, each by its own name.
    """

    type_name = "faces"

    packages = fields.ListField(subfield=fields.StringField())
    open_packages = fields.ListField(subfield=fields.StringField(), required=False, default=[])

    def check(self, graph: grimp.ImportGraph, verbose: bool) -> ContractCheck:
        """Collect every import that bypasses a face."""
        past = [
            {"importer": importer, "imported": module, "face": face}
            for module in sorted(graph.modules)
            if (face := self._face(graph, module)) is not None
            for importer in sorted(graph.find_modules_that_directly_import(module))
            if importer != face and not importer.startswith(f"{face}.")
        ]
        return ContractCheck(kept=not past, metadata={"past": past})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Print each such import, and the face to use instead."""
        past: list[dict[str, Any]] = check.metadata["past"]
        for found in past:
            output.print_error(
                f"{found['importer']} imports {found['imported']}: import from {found['face']}."
            )

    def _face(self, graph: grimp.ImportGraph, module: str) -> str | None:
        face, _, name = module.rpartition(".")
        packages: list[str] = self.packages  # type: ignore[assignment] # the field gives its value
        public: list[str] = self.open_packages  # type: ignore[assignment]
        if module.partition(".")[0] not in packages or not face or name == "__main__":
            return None
        return None if face in public or graph.find_children(module) else face
