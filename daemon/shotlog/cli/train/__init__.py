"""``shotlog train``: models that learn from finished timelines."""

from shotlog.cli.train.group import train

__all__ = ["train"]
