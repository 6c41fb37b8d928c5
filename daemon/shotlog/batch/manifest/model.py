"""The plan of a batch as data: options, items, shards, and the manifest that lists them.

The page ``docs/batch.md`` describes these files for people and other programs; ``VERSION`` is
raised with every change that an older Shotlog would misread.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from shotlog.markers import MarkerOptions
from shotlog.schema import ImageSequence, Model, PathText, Rate, Seconds, Words
from shotlog.service.tasks import AnalysisOptions

VERSION = 1
"""Version of manifests and shards."""

Kind = Literal["timeline", "media"]


class BatchOptions(Model):
    """The options that decide results; they are part of every item's id."""

    analysis: AnalysisOptions = AnalysisOptions()
    """Models, device and other options of the analysis."""
    markers: MarkerOptions = MarkerOptions()
    """Kinds, lengths and colours of markers."""
    on: Literal["timeline", "clips"] = "timeline"
    """Where markers are put."""
    rate: Annotated[Rate | None, Field(exclude_if=lambda rate: rate is None)] = None
    """Frames per second of EDLs, which do not tell them."""


class OutputPlace(Model):
    """A file of the input, and the names of its outputs."""

    path: PathText
    """Absolute path on the machine that planned."""
    name: Words
    """Path within the input, for people; unique in a plan."""
    output: PathText
    """Path of the marked timeline, relative to the output folder, with ``/``."""


class Item(OutputPlace):
    """One timeline, or one media file that no timeline uses."""

    id: str = Field(pattern="^[0-9a-f]{32}$")
    """Digest of its content, of that of its media, and of the options: the name of its result."""
    kind: Kind
    """Its kind."""
    report: PathText
    """Path of the report, relative to the output folder."""
    frames: Annotated[ImageSequence | None, Field(exclude_if=lambda frames: frames is None)] = None
    """The numbered pictures, where the media is a run of them."""
    relinks: tuple[str, ...] = ()
    """Maps of paths, as ``OLD=NEW``, that lead to media of this timeline that have moved."""
    copies: tuple[OutputPlace, ...] = ()
    """Other files of the input with the same content, which get the same results."""
    media: tuple[str, ...] = ()
    """Content ids of its media, sorted."""
    seconds: Seconds
    """Length of the film that it shows, each stretch of a file counted once."""
    cost: float = Field(ge=0)
    """Expected work, in seconds of 1920 x 1080 film at 25 frames per second."""


class Shard(Model):
    """The work of one call of ``shotlog run-shard``: items that share media lie together."""

    version: int = VERSION
    """Version of this file."""
    number: int = Field(ge=1)
    """Its number; the costliest shards come first."""
    options: BatchOptions
    """Options of all its items."""
    roots: tuple[PathText, ...]
    """Folders and files of the input, absolute, on the machine that planned."""
    items: tuple[Item, ...]
    """Its items, in the order of their work."""
    digest: str = ""
    """Digest of all other fields: a shard that was changed by hand is refused."""

    @property
    def cost(self) -> float:
        """Sum of the costs of its items."""
        return sum(item.cost for item in self.items)


class ShardEntry(Model):
    """A shard in the manifest."""

    file: str
    """Name of its file in ``shards``."""
    items: tuple[str, ...]
    """Ids of its items."""
    cost: float
    """Its cost."""
    digest: str
    """Its digest."""


class PassedOver(Model):
    """A file of the input that is not logged."""

    path: Words
    """The file, for people."""
    message: Words
    """Reason."""
    hint: Words
    """Advice."""


class BatchManifest(Model):
    """The plan of a batch."""

    version: int = VERSION
    """Version of this file."""
    roots: tuple[PathText, ...]
    """Folders and files of the input, absolute."""
    options: BatchOptions
    """Options of all items."""
    shards: tuple[ShardEntry, ...]
    """The shards, the costliest first."""
    problems: tuple[PassedOver, ...] = ()
    """Files that cannot be logged."""
    warnings: tuple[Words, ...] = ()
    """Sentences about the input: what was passed over, what was assumed."""
    digest: str = ""
    """Digest of all other fields."""
