"""Verification that an installed model is complete and answers."""

from __future__ import annotations

from shotlog.models.catalog import InstalledModel, Registry
from shotlog.models.install.user_cards import check_labels
from shotlog.schema import ModelUnreadable


def verify(registry: Registry, name: str) -> InstalledModel:
    """Hash every file of a model, compare it with the installation, and load it on the CPU.

    Loading runs the self-test of :mod:`shotlog.models.videomae`: every tensor in its place, no bias
    lost, finite outputs. Changes in a linked folder, which belongs to the user, are recorded, not
    refused.

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
    # Imported late: it loads torch, which the checks above do not need.
    from shotlog.models.videomae import load

    loaded = load(model.folder, model.card, "cpu", "fp32")
    check_labels(model.card, loaded.labels)
    return model
