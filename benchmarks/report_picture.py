"""The README's picture of a report: ``python benchmarks/report_picture.py``.

Renders the demo film, runs ``shotlog analyze --report`` on its timeline as a user would, opens the
page in Debian's Chromium (``apt-get install chromium chromium-driver``) and writes what is seen to
``docs/report.png`` (or the file that ``--out`` names).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from shotlog.cli import main as shotlog
from shotlog.demo import Film, demo_timeline

ROOT = Path(__file__).parents[1]
PICTURE = ROOT / "docs" / "report.png"
WIDTH, HEIGHT, SCALE = 1200, 1960, 2 / 3
"""Of the window, and what a README shows of each of its pixels."""


sys.path.insert(0, str(ROOT))
from tests.report.chromium import browser  # noqa: E402


def main() -> None:
    """Write the picture."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=PICTURE)
    out: Path = parser.parse_args().out
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        page = report_of_the_demo(folder)
        data = seen(page, folder / "profile")
    out.write_bytes(data)
    print(f"{out}: {len(data) / 1000:.0f} kB")


def report_of_the_demo(folder: Path) -> Path:
    """Make the report of the demo film, by the command itself."""
    timeline, page = folder / "shotlog-demo.otio", folder / "shotlog-demo.html"
    truth = Film().render(folder / "shotlog-demo.mp4")
    timeline.write_bytes(demo_timeline(truth, "shotlog-demo.mp4"))
    options = ["--report", str(page), "--in-process", "--no-cache", "--quiet"]
    shotlog(["analyze", str(timeline), *options], standalone_mode=False)
    return page


def seen(page: Path, profile: Path) -> bytes:
    """Return the top of the page as the browser paints it, as a PNG."""
    metrics = {"width": WIDTH, "height": HEIGHT, "deviceScaleFactor": SCALE, "mobile": False}
    with browser(profile) as chrome:
        chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
        chrome.get(page.as_uri())
        return chrome.get_screenshot_as_png()


if __name__ == "__main__":
    main()
