"""``shotlog evaluate``: the command, what it judges, and its view."""

from shotlog.cli.evaluate.command import evaluate

__all__ = ["evaluate"]
