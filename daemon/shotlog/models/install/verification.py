"""Whether a model on this machine is whole and answers."""

from __future__ import annotations

from shotlog.models.catalog import Installed, Registry
from shotlog.models.install.user_cards import check_labels
from shotlog.schema import ModelUnreadable


def verify(registry: Registry, name: str) -> Installed:
    """Reads every file of a model anew, compares it with what came, and loads it on the CPU.

    Loading runs the self-test of ``models/loading.py``: every tensor in its place, no bias lost,
    finite answers. A linked folder is the user's own: changes in it are noted, not refused.

    Raises:
        ModelUnknown: no card bears this name.
        ModelMissing: its weights are not here.
        ModelUnreadable: a file is gone or another than came, or the model does not load.
    """
    card = registry.card(name)
    files = registry.files(name, read=True)
    changed = [file.name for file in files.files if file.sha256 != file.origin]
    if changed and files.linked is None:
        again = f"pull {name}." if card.repo else f"remove {name}; then add its folder again."
        raise ModelUnreadable(
            name,
            f"{', '.join(changed)} changed since it came here",
            f"Run: shotlog models {again}",
        )
    here = registry.find(name)
    from shotlog.models.videomae import load

    loaded = load(here.folder, here.card, "cpu", "fp32")
    check_labels(here.card, loaded.labels)
    return here
