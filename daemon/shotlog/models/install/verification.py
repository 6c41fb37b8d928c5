"""Verification that an installed model is complete and answers."""

from __future__ import annotations

from shotlog.models.catalog import InstalledModel, Registry
from shotlog.models.install.content import check_answers
from shotlog.schema import ModelUnreadable


def verify(registry: Registry, name: str) -> InstalledModel:
    """Hash every file of a model, compare it with the installation, and load it on the CPU.

    Loading runs the self-test of its kind: every tensor in its place, none lost, finite outputs; of
    an image-text model for pictures and for texts. Changes in a linked folder, which belongs to the
    user, are recorded, not refused.

    Raises:
        ModelUnknown: No card has this name.
        ModelMissing: The weights are not installed.
        ModelUnreadable: A file is missing or changed, or the model does not load.
    """
    card = registry.card(name)
    files = registry.files(name, read=True)
    changed = [file.name for file in files.files if file.sha256 != file.origin]
    # A linked folder may be fine-tuned further by its owner.
    if changed and files.linked is None:
        again = f"pull {name}." if card.repo else f"remove {name}; then add its folder again."
        raise ModelUnreadable(
            name,
            f"{', '.join(changed)} changed since installation",
            f"Run: shotlog models {again}",
        )
    model = registry.find(name)
    check_answers(model.card, model.folder)
    return model
