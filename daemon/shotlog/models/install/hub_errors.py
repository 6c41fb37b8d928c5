"""Translation of the hub library's errors into Shotlog's."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shotlog.files import NO_ROOM
from shotlog.models.catalog import Card, write_error
from shotlog.schema import DiskFull, ModelNotPulled


@contextmanager
def translate_hub_errors(card: Card, endpoint: str | None) -> Iterator[None]:
    """Translate errors of the hub's library; silence its log, and close its session afterwards.

    Args:
        card: Model that is downloaded.
        endpoint: URL of the hub or a mirror; None is the library's default.

    Raises:
        ModelNotPulled: The hub, the network or the library refused.
        DiskFull: The disk is full.
        OutputNotWritable: The folder cannot be written.
    """
    import httpx2
    from huggingface_hub import close_session, constants, errors
    from huggingface_hub.utils.logging import get_verbosity, set_verbosity

    hub = endpoint or constants.ENDPOINT
    verbosity = get_verbosity()
    set_verbosity(logging.ERROR)  # it logs every retry; only the last failure is reported
    try:
        yield
    except errors.HfHubHTTPError as error:
        raise ModelNotPulled(card.name, *_refusal(error, card, hub)) from error
    except errors.FileMetadataError as error:
        raise ModelNotPulled(
            card.name, f"{hub} does not answer like a hub",
            "Check --endpoint or HF_ENDPOINT, and any proxy on the way.",
        ) from error  # fmt: skip
    except errors.HFValidationError as error:
        raise ModelNotPulled(
            card.name,
            f"{card.repo!r} is not the name of a repository",
            "It has the form OWNER/NAME.",
        ) from error
    # ValueError is raised for URLs that urllib cannot split.
    except (httpx2.UnsupportedProtocol, httpx2.InvalidURL, ValueError) as error:
        raise ModelNotPulled(
            card.name, f"{hub!r} is not the address of a hub",
            "Give --endpoint or HF_ENDPOINT as https://HOST.",
        ) from error  # fmt: skip
    except httpx2.HTTPError as error:
        raise ModelNotPulled(card.name, f"{hub} cannot be reached ({error})") from error
    except OSError as error:
        raise _map_os_error(error, card) from error
    finally:
        set_verbosity(verbosity)
        # The library keeps its connections open until the process ends.
        close_session()


def _refusal(error: Exception, card: Card, hub: str) -> tuple[str, str]:
    """Return the message and the remedy for a refusal of the hub."""
    from huggingface_hub import errors

    page = f"{hub}/{card.repo}"
    if isinstance(error, errors.GatedRepoError):
        return (
            "its publisher grants access only on request",
            f"Ask for access at {page}, log in with 'hf auth login' or set HF_TOKEN, "
            "and run the command again.",
        )
    if isinstance(error, errors.RepositoryNotFoundError):
        return (
            f"there is no {card.repo} at {hub}, or it is private",
            "Check the name; for a private one log in with 'hf auth login' or set HF_TOKEN.",
        )
    if isinstance(error, errors.RevisionNotFoundError):
        return (f"{card.repo} has no such revision", "Run it without --revision for the newest.")
    if isinstance(error, errors.RemoteEntryNotFoundError):
        name = error.response.url.path.rpartition("/")[2]
        return (f"there is no {name} in {card.repo}", f"See {page} for its files.")
    status = error.response.status_code if isinstance(error, errors.HfHubHTTPError) else 0
    # The hub answers 401 for missing repositories too, which is handled above.
    if status in (401, 403):
        return (
            f"{hub} refuses access to it ({status})",
            f"See {page}; then log in with 'hf auth login' or set HF_TOKEN.",
        )
    return (
        f"{hub} answers with an error ({status})",
        "Run the command again later: what was received is kept.",
    )


def _map_os_error(error: OSError, card: Card) -> Exception:
    place = str(error.filename or card.name)
    if error.errno in NO_ROOM:
        return DiskFull(place, hint="Free some room and run again: what was received is kept.")
    if error.errno is not None:
        return write_error(Path(place), "cannot be written", error)
    return ModelNotPulled(
        card.name,
        "a file does not match what the hub announced: its size differs",
        "Run the command again; if it happens again, the mirror or a proxy changes it.",
    )
