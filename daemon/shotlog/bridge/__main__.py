"""``python -m shotlog.bridge``: what ``shotlog bridge`` runs."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from shotlog.service.client import Client


def main(context: str = "default") -> None:
    """Serves the caller on stdio until it has gone.

    Args:
        context: Which of the user's daemons.

    Raises:
        SystemExit: with a sentence, where stdin or stdout is closed.
    """
    from shotlog.service.runtime import claim_stdio

    try:
        hear, say = claim_stdio()
    except OSError as error:
        raise SystemExit(
            f"shotlog bridge: standard input or output is closed ({error.strerror}); "
            "start it with a pipe for each, as docs/bridge.md shows."
        ) from None
    # After stdout is safe: libraries may print while they are imported.
    from shotlog.bridge.server import serve
    from shotlog.schema import in_context

    def connect(name: str) -> Client:
        from shotlog.service.client import Client  # who says hello does not wait for ZeroMQ

        return Client(context=context, name=name)

    with in_context(context):
        serve(hear, say, connect)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--context", default="default")
    main(parser.parse_args().context)
