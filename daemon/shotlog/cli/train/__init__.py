"""``shotlog train``: models that learn from finished timelines and from labelled clips."""

from shotlog.cli.train.group import train
from shotlog.cli.train.labelled import LabelledInputs, each_group, labelled_options

__all__ = ["LabelledInputs", "each_group", "labelled_options", "train"]
