"""Sound that is switched off in FCPXML: by its volume, its channels, or its role.

A synchronized, compound or multicam clip tells by roles which of its sound is heard; so the sound
of the camera is usually off beside that of a recorder.
"""

from __future__ import annotations

from collections.abc import Iterable

from shotlog_otio.xml_text import Element

NO_ROLES: frozenset[str] = frozenset()


def full_role(role: str) -> str:
    """Return a role with its subrole: ``dialogue`` is short for ``dialogue.dialogue-1``."""
    return role if "." in role else f"{role}.{role}-1"


def muted_by(element: Element, source: str | None = None) -> frozenset[str]:
    """Return the roles that an element switches off in its content.

    Args:
        element: A ``ref-clip``, ``mc-source`` or ``sync-clip``.
        source: Of a ``sync-clip``, ``storyline`` for its content, ``connected`` for what is
            connected to that: usually the sound of a recorder.
    """
    holders = [element]
    if source is not None:
        holders = [item for item in element.all("sync-source") if item.get("sourceID") == source]
    sources = (item for holder in holders for item in holder.all("audio-role-source"))
    return frozenset(full_role(item.get("role") or "") for item in sources if not _is_on(item))


def is_heard(element: Element, muted: frozenset[str]) -> bool:
    """Return whether the sound of an element is on.

    Args:
        element: An element with sound.
        muted: The roles that are off around it.
    """
    volume = element.child("adjust-volume")
    # Final Cut Pro's way to silence a clip is its volume at the end of the scale.
    if volume is not None and (volume.get("amount") or "").strip() in ("-96dB", "-inf"):
        return False
    own = element.get("audioRole") or element.get("role") or ""
    channels = element.all("audio-channel-source")
    if channels:
        roles = (item.get("role") or own for item in channels if _is_on(item))
        return _any_heard(roles, muted)
    return _any_heard([own], muted)


def _any_heard(roles: Iterable[str], muted: frozenset[str]) -> bool:
    return any(full_role(role) not in muted for role in roles)


def _is_on(source: Element) -> bool:
    return source.get("enabled") != "0" and source.get("active") != "0"
