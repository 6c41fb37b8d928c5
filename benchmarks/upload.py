"""Uploads through planted faults and kills, to strict doubles of YouTube and S3.

    python -m benchmarks.upload [--json]

``upload_identical``: the share of uploads that arrived byte for byte, through faults drawn at
random: connections that break within a part, answers that are lost, 5xx, 429, ranges that are
shorter than sent, on no boundary or absent, access tokens that end, sessions that are forgotten
before the last part. At most four come in a row, as a fifth ends a run.
``upload_doubles``: videos and files beyond one for each upload, in the same uploads and in those
that were killed.
``upload_resumed``: the share of uploads killed by SIGKILL, at each part and after the last byte,
that the next run brought to their end without a part that was there already.
``upload_mistakes``: requests that the protocol forbids, counted by the double.
"""

from __future__ import annotations

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import keyring

from benchmarks.figures import print_figures
from shotlog.delivery.upload import S3Target, UploadDetails, YoutubeTarget, upload
from shotlog.paths import UPLOADS_VARIABLE
from tests.delivery.upload.s3_service import (
    BUCKET,
    KEY_ID,
    LEAST_PART,
    SECRET_KEY,
    S3Service,
    serving_s3,
)
from tests.delivery.upload.youtube_service import (
    UNIT,
    Fault,
    YoutubeService,
    serving_youtube,
    sign_in,
)
from tests.providers.keyrings import MemoryKeyring
from tests.waiting import wait_for

_UPLOADS = 40
_PARTS = 5
_S3_UPLOADS = 8
_DETAILS = UploadDetails(title="Harbour")


def draw_faults(draw: random.Random) -> list[Fault | None]:
    """Return faults of the next parts, each of them such as may pass."""
    kinds: tuple[Callable[[], Fault | None], ...] = (
        lambda: None,
        lambda: Fault(kept=draw.randrange(UNIT), breaks=True),
        lambda: Fault(breaks=True),
        lambda: Fault(answer=(draw.choice((500, 502, 503)), "backendError")),
        lambda: Fault(answer=(429, "rateLimitExceeded"), after="0"),
        lambda: Fault(answer=(403, "userRateLimitExceeded")),
        lambda: Fault(answer=(401, "authError")),
        lambda: Fault(kept=draw.randrange(1, UNIT)),
        lambda: Fault(forgets=True),
    )
    # A session may be forgotten before its last part: four parts and no fault come before that.
    first: list[Fault | None] = [Fault(gone=True)] if draw.random() < 0.2 else []
    return first + [make() for make in draw.sample(kinds, draw.randrange(1, 5))]


def through_faults(folder: Path) -> tuple[list[bool], int, int]:
    """Return which uploads arrived byte for byte, the videos too many, and the mistakes."""
    draw, same, doubles, mistakes = random.Random(5), [], 0, 0  # noqa: S311
    for number in range(_UPLOADS):
        service = YoutubeService(faults=draw_faults(draw))
        clip = folder / f"faults{number}.mp4"
        clip.write_bytes(draw.randbytes(4 * UNIT + draw.randrange(1, UNIT)))
        with serving_youtube(service) as url:
            sign_in(keyring.get_keyring(), url)
            target = YoutubeTarget(base_url=url, parts=1)
            upload(clip, target, _DETAILS, agreed=True, force=True)
        same.append([content for content, _ in service.videos] == [clip.read_bytes()])
        doubles += len(service.videos) - 1
        mistakes += len(service.mistakes)
    return same, doubles, mistakes


def through_s3_faults(folder: Path) -> tuple[list[bool], int]:
    """Return which files arrived byte for byte in a bucket, and the files too many."""
    draw, same, doubles = random.Random(9), [], 0  # noqa: S311
    for number in range(_S3_UPLOADS):
        names = ("begin", "part", "list", "complete")
        faults = {name: [draw.choice(("lost", "cut", "SlowDown"))] for name in names}
        service = S3Service(faults=faults)
        clip = folder / f"bucket{number}.mp4"
        clip.write_bytes(draw.randbytes(2 * LEAST_PART + 1))
        with serving_s3(service) as url:
            target = S3Target(bucket=BUCKET, endpoint=url, part=5)
            upload(clip, target, _DETAILS, agreed=True, force=True)
        same.append([content for content, _ in service.files.values()] == [clip.read_bytes()])
        doubles += service.completed - 1
    return same, doubles


def through_kills(folder: Path) -> tuple[list[bool], int]:
    """Return which killed uploads went on, and the videos too many."""
    found = [through_kill(folder, part) for part in range(1, _PARTS + 1)]
    return [resumed for resumed, _ in found], sum(doubles for _, doubles in found)


def through_kill(folder: Path, part: int) -> tuple[bool, int]:
    """Return whether an upload that is killed at a part goes on, and the videos too many."""
    hold = threading.Event()
    service = YoutubeService(faults=[*[None] * (part - 1), Fault(hold=hold)])
    clip = folder / f"killed{part}.mp4"
    clip.write_bytes(random.Random(part).randbytes((_PARTS - 1) * UNIT + 7))  # noqa: S311
    with serving_youtube(service) as url:
        sign_in(keyring.get_keyring(), url)
        command = [sys.executable, "-m", "tests.delivery.upload.uploader", url, str(clip)]
        process = subprocess.Popen(command)
        try:
            wait_for(lambda: len(service.parts) == part)
            process.send_signal(signal.SIGKILL)
        finally:
            process.kill()
            process.wait()
            hold.set()
        target = YoutubeTarget(base_url=url, parts=1)
        done = upload(clip, target, _DETAILS, agreed=True, force=True)
    same = [content for content, _ in service.videos] == [clip.read_bytes()]
    resumed = done.resumed and same and len(service.parts) == _PARTS
    return resumed, len(service.videos) - 1


def measure() -> dict[str, Any]:
    """Return all figures."""
    keyring.set_keyring(MemoryKeyring())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        os.environ.update({
            UPLOADS_VARIABLE: str(folder / "uploads"), "AWS_ACCESS_KEY_ID": KEY_ID,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY, "AWS_DEFAULT_REGION": "eu-central-1",
        })  # fmt: skip
        same, doubles, mistakes = through_faults(folder)
        same_s3, doubles_s3 = through_s3_faults(folder)
        resumed, doubles_killed = through_kills(folder)
    arrived = same + same_s3
    return {
        "upload_identical": sum(arrived) / len(arrived),
        "upload_doubles": doubles + doubles_s3 + doubles_killed,
        "upload_resumed": sum(resumed) / len(resumed),
        "upload_mistakes": mistakes,
    }


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--json", action="store_true", help="print JSON")
    asked = parser.parse_args()
    print_figures(measure(), as_json=asked.json)


if __name__ == "__main__":
    main()
