"""``python -m shotlog.bridge``: what ``shotlog bridge`` runs."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shotlog.service.client import Client


def main(context: str = "default") -> None:
    """Serve the caller on stdio until it ends.

    Args:
        context: Name of the daemon.

    Raises:
        SystemExit: Stdin or stdout is closed; with a message.
    """
    from shotlog.service.runtime import claim_stdio

    try:
        hear, say = claim_stdio()
    except OSError as error:
        raise SystemExit(
            f"shotlog bridge: standard input or output is closed ({error.strerror}); "
            "start it with a pipe for each, as docs/bridge.md shows."
        ) from None
    # Only after claim_stdio() has secured stdout: libraries may print during their import.
    from shotlog.bridge.server import serve
    from shotlog.schema import use_context

    def connect(name: str) -> Client:
        from shotlog.service.client import (
            Client,  # late, so that "hello" is not delayed by the import of ZeroMQ
        )

        return Client(context=context, name=name)

    with use_context(context):
        serve(hear, say, connect)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--context", default="default")
    main(parser.parse_args().context)
