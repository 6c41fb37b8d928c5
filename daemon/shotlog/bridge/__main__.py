"""``python -m shotlog.bridge``: what ``shotlog bridge`` runs."""

from __future__ import annotations

import argparse


def main(context: str = "default") -> None:
    """Serves the caller on stdio until it has gone.

    Args:
        context: Which of the user's daemons.
    """
    from shotlog.bridge.stdio import claim

    hear, say = claim()
    # After stdout is safe: libraries may print while they are imported.
    from shotlog.bridge.serving import serve
    from shotlog.service.client import Client

    serve(hear, say, lambda name: Client(context=context, name=name))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--context", default="default")
    main(parser.parse_args().context)
