"""The index in a real browser: filters, orders, links, pictures, ten thousand timelines."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

from shotlog.report import IndexEntry, IndexState, IndexSummary, render_index
from shotlog.schema import MediaMissing
from tests.report.chromium import CHROMIUM, DRIVER, browser
from tests.report.index.season import SUMMARY, entry, season
from tests.report.logs import logged, picture

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which(CHROMIUM) is None or shutil.which(DRIVER) is None,
        reason="there is no Chromium here: apt-get install chromium chromium-driver",
    ),
]

URGENT = ["damaged", "poison", "offline", "reel 10", "reel 2", "copy"]
NASTY = """</script><script>document.title = "owned"</script>"'><img src=x onerror=alert(1)>"""


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with browser(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


class Reader:
    """A user who reads an index in the browser."""

    def __init__(self, chrome: webdriver.Chrome, page: Path) -> None:
        self.chrome, self._page = chrome, page
        self.width(1200)
        still = [{"name": "prefers-reduced-motion", "value": "reduce"}]
        chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": still})
        self.open()

    def open(self, address: str = "") -> None:
        self.chrome.get("about:blank")
        self.chrome.get(self._page.as_uri() + address)

    def width(self, pixels: int) -> None:
        metrics = {"width": pixels, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def click(self, css: str) -> None:
        self.chrome.find_element(By.CSS_SELECTOR, css).click()

    def search(self, words: str) -> None:
        self.chrome.find_element(By.NAME, "q").send_keys(words)

    def sort(self, order: str) -> None:
        Select(self.chrome.find_element(By.NAME, "sort")).select_by_value(order)

    def texts(self, css: str) -> list[str]:
        return [element.text for element in self.chrome.find_elements(By.CSS_SELECTOR, css)]

    def js(self, expression: str) -> Any:
        return self.chrome.execute_script(f"return {expression}")

    def scrolled(self) -> int:
        """The number of rows after the end of the list was scrolled to."""
        self.js("scrollTo(0, document.documentElement.scrollHeight)")
        return self.rows

    @property
    def rows(self) -> int:
        return int(self.js("document.querySelectorAll('.entry').length"))

    @property
    def names(self) -> list[str]:
        return self.texts(".entry h3")

    @property
    def status(self) -> str:
        return self.texts(".status")[0]

    def count(self, chip: str) -> str:
        return self.texts(f"button[value={chip}] .count")[0]

    def said(self) -> list[str]:
        """Return what the browser logged: errors, and requests that the policy refused."""
        told: list[dict[str, Any]] = self.chrome.get_log("browser")  # type: ignore[no-untyped-call]
        return [str(line["message"]) for line in told]


def write(folder: Path, entries: Sequence[IndexEntry], summary: IndexSummary = SUMMARY) -> Path:
    path = folder / "index.html"
    path.write_text(render_index(entries, summary), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("index"), season())


@pytest.fixture
def reader(chrome: webdriver.Chrome, page: Path) -> Reader:
    return Reader(chrome, page)


def test_problems_come_first_with_what_to_do(reader: Reader) -> None:
    assert reader.names == URGENT
    assert reader.status == "6 of 6 timelines · 34 shots · 2 h 02 min"
    faults = reader.texts(".entry .faults")
    assert len(faults) == 2
    assert faults[1].startswith("A001 (/media/a001.mov): the media is offline")
    assert reader.texts(".entry .state") == [
        "Failed", "Given up", "With problems", "Done", "Done", "Duplicate"
    ]  # fmt: skip
    assert "the same as season/reel 10.otio" in reader.texts(".entry")[5]


def test_filters_of_different_kinds_must_all_hold_and_counts_follow(reader: Reader) -> None:
    assert (reader.count("CS"), reader.count("failed"), reader.count("yes")) == ("3", "1", "3")
    reader.click("button[value=CS]")
    assert reader.names == ["offline", "reel 10", "copy"]
    assert reader.status == "3 of 6 timelines · 14 shots · 1 min 38 s"
    assert (reader.count("LS"), reader.count("failed"), reader.count("yes")) == ("1", "0", "1")
    reader.click("button[value=yes]")
    assert reader.names == ["offline"]
    assert (reader.count("CS"), reader.count("problems")) == ("1", "1")
    reader.click("button[value=done]")
    assert reader.names == []
    reader.click("#all")
    assert reader.names == URGENT
    reader.click("button[value=Push]")
    assert reader.names == ["reel 2"]
    reader.click("#clear")
    reader.click("button[value=media]")
    assert reader.names == ["offline"]


def test_search_looks_at_names_paths_and_problems(reader: Reader) -> None:
    reader.search("a001 OFFLINE")
    assert reader.names == ["offline"]
    reader.click("#clear")
    reader.search("season/reel")
    assert reader.names == ["reel 10", "reel 2", "copy"]


def test_names_are_sorted_as_people_count(reader: Reader) -> None:
    reader.sort("name")
    assert reader.names == ["copy", "damaged", "offline", "poison", "reel 2", "reel 10"]
    reader.sort("seconds")
    assert reader.names == ["reel 2", "reel 10", "copy", "offline", "damaged", "poison"]
    address = reader.chrome.current_url.partition("#")[2]
    reader.open(f"#{address}&size=LS")
    assert reader.names == ["reel 2"]
    assert address == "sort=seconds"


def test_bars_are_as_long_as_their_shares(reader: Reader) -> None:
    width = "getBoundingClientRect().width"
    sizes = reader.js(
        "[...document.querySelectorAll('.entry')[3].querySelector('.bar').children]"
        f".map((part) => part.{width})"
    )
    assert sizes[0] / sizes[1] == pytest.approx(3 / 5, rel=0.02)
    assert sizes[2] / sizes[1] == pytest.approx(2 / 5, rel=0.02)
    labels = reader.js("document.querySelectorAll('.entry')[3].querySelector('.bar').ariaLabel")
    assert labels == "Sizes: Close-up 3, Medium Shot 5, Undefined 2"


def test_links_and_pictures_lead_to_files_beside_the_page(
    chrome: webdriver.Chrome, tmp_path: Path
) -> None:
    folder = tmp_path / "50% #1?"
    folder.mkdir()
    jpeg = picture(logged(0, 2))
    assert jpeg is not None
    (folder / "a #1.jpg").write_bytes(jpeg)
    (folder / "cut: 1%41.html").write_text("<title>the report</title>", encoding="utf-8")
    paths = {"report": "50% #1?/cut: 1%41.html", "pictures": ("50% #1?/a #1.jpg",)}
    reader = Reader(chrome, write(tmp_path, [entry("cut", **paths)]))
    loaded = "document.querySelector('.entry img').naturalWidth"
    WebDriverWait(chrome, 10).until(lambda _: reader.js(loaded) == 256)
    assert reader.js("document.querySelector('.entry img').loading") == "lazy"
    assert reader.said() == []
    reader.click(".entry h3 a")
    assert chrome.title == "the report"


def test_hostile_names_stay_text_and_nothing_is_requested(
    chrome: webdriver.Chrome, tmp_path: Path
) -> None:
    problem = MediaMissing(NASTY, NASTY, NASTY).problem
    made = entry(NASTY, source=NASTY, problems=(problem,), duplicate_of=NASTY, sizes={NASTY: 1},
                 report="javascript:document.title='owned'", state=IndexState.PROBLEMS)  # fmt: skip
    Reader(chrome, write(tmp_path, [])).said()
    reader = Reader(chrome, write(tmp_path, [made], IndexSummary(NASTY, (), (NASTY,))))
    reader.click("[data-filter=size] .chip")
    assert reader.names == [NASTY]
    assert chrome.title == f"{NASTY} · timelines"
    assert reader.js("document.querySelectorAll('main img, main script').length") == 0
    assert reader.js("performance.getEntriesByType('resource').length") == 0
    assert reader.js("document.querySelector('.entry h3 a').protocol") == "file:"
    assert reader.said() == []


@pytest.mark.parametrize("pixels", [320, 768, 1200])
def test_nothing_sticks_out_at_any_width(
    chrome: webdriver.Chrome, tmp_path: Path, pixels: int
) -> None:
    long = entry("A" * 300, source="b" * 300, pictures=("p.jpg",) * 4, sizes={"CS": 3})
    reader = Reader(chrome, write(tmp_path, [long], IndexSummary("Longest" * 30)))
    reader.width(pixels)
    assert reader.js("document.documentElement.scrollWidth") == pixels


def test_ten_thousand_timelines_are_listed_as_one_scrolls(
    chrome: webdriver.Chrome, tmp_path: Path
) -> None:
    many = [
        entry(f"reel {n}", shots=n % 60, sizes={"MS" if n % 4 else "CS": 3}, moves={"static": 2},
              pictures=(f"p/{n}.jpg",), state=IndexState.DONE if n % 100 else IndexState.FAILED)
        for n in range(10_000)
    ]  # fmt: skip
    reader = Reader(chrome, write(tmp_path, many))
    assert reader.status.startswith("10,000 of 10,000 timelines")
    assert reader.rows < 500
    reader.click("button[value=CS]")
    assert reader.status.startswith("2,500 of 10,000 timelines")
    assert reader.count("failed") == "100"
    reader.search("reel 99")
    fitting = sum("99" in str(n) and n % 4 == 0 for n in range(10_000))
    assert reader.status.startswith(f"{fitting} of 10,000 timelines")
    assert len(reader.names) == fitting
    reader.click("#clear")
    # Rows follow as long as one scrolls, and all are there for the printer.
    WebDriverWait(chrome, 10, 0.05).until(lambda _: reader.scrolled() >= 600)
    reader.js("dispatchEvent(new Event('beforeprint'))")
    assert reader.rows == 10_000
