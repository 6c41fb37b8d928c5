"""The border where what the hub's library says becomes an error of ours."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shotlog.files import NO_SPACE_ERRNOS
from shotlog.models.catalog import Card, unwritable
from shotlog.schema import DiskFull, ModelNotPulled


@contextmanager
def hub_errors(card: Card, endpoint: str | None) -> Iterator[None]:
    """Maps the errors of a conversation with the hub; keeps the library quiet and closes it after.

    Args:
        card: The model that is fetched.
        endpoint: Of the hub or a mirror; None is the library's own.

    Raises:
        ModelNotPulled: whatever the hub, the network or the library refuses.
        DiskFull: no room.
        OutputNotWritable: the folder cannot be written.
    """
    import httpx2
    from huggingface_hub import close_session, constants, errors
    from huggingface_hub.utils.logging import get_verbosity, set_verbosity

    hub = endpoint or constants.ENDPOINT
    verbosity = get_verbosity()
    set_verbosity(logging.ERROR)  # it tells of every attempt; the last one is told here
    try:
        yield
    except errors.HfHubHTTPError as error:
        raise ModelNotPulled(card.name, *_refusal(error, card, hub)) from error
    except errors.FileMetadataError as error:
        raise ModelNotPulled(
            card.name, f"{hub} does not answer as a hub does",
            "Check --endpoint or HF_ENDPOINT, and any proxy on the way.",
        ) from error  # fmt: skip
    except errors.HFValidationError as error:
        raise ModelNotPulled(
            card.name, f"{card.repo!r} is no name of a repository", "It has the form OWNER/NAME."
        ) from error
    except (httpx2.UnsupportedProtocol, httpx2.InvalidURL, ValueError) as error:
        raise ModelNotPulled(
            card.name, f"{hub!r} is no address of a hub",
            "Give --endpoint or HF_ENDPOINT as https://HOST.",
        ) from error  # fmt: skip
    except httpx2.HTTPError as error:
        raise ModelNotPulled(card.name, f"{hub} cannot be reached ({error})") from error
    except OSError as error:
        raise _of_the_system(error, card) from error
    finally:
        set_verbosity(verbosity)
        close_session()


def _refusal(error: Exception, card: Card, hub: str) -> tuple[str, str]:
    """What a refusal means, and what to do."""
    from huggingface_hub import errors

    page = f"{hub}/{card.repo}"
    if isinstance(error, errors.GatedRepoError):
        return (
            "its publisher gives it only to those who ask",
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
        return (f"there is no {name} in {card.repo}", f"See what there is: {page}.")
    status = error.response.status_code if isinstance(error, errors.HfHubHTTPError) else 0
    if status in (401, 403):
        return (
            f"{hub} refuses access to it ({status})",
            f"See {page}; then log in with 'hf auth login' or set HF_TOKEN.",
        )
    return (
        f"{hub} answers with an error ({status})",
        "Run the command again later: what has come is kept.",
    )


def _of_the_system(error: OSError, card: Card) -> Exception:
    place = str(error.filename or card.name)
    if error.errno in NO_SPACE_ERRNOS:
        return DiskFull(place, hint="Free some room and run again: what has come is kept.")
    if error.errno is not None:
        return unwritable(Path(place), "cannot be written", error)
    return ModelNotPulled(
        card.name,
        "a file did not come as the hub announced it: its size is another",
        "Run the command again; if it happens again, the mirror or a proxy changes it.",
    )
