"""The report in a real browser: clicks, keys and layout."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.remote.webelement import WebElement

from shotlog.report import render_report
from shotlog.schema import Family, Tier
from tests.report.chromium import CHROMIUM, DRIVER, browser
from tests.report.logs import finding, log, logged, picture, small_log, span

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(
        shutil.which(CHROMIUM) is None or shutil.which(DRIVER) is None,
        reason="there is no Chromium here: apt-get install chromium chromium-driver",
    ),
]

_NASTY = """</script><script>document.title = "owned"</script>"'><img src=x onerror=alert(1)>"""


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[webdriver.Chrome]:
    with browser(tmp_path_factory.mktemp("profile")) as driver:
        yield driver


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("page") / "cut.html"
    path.write_text(render_report(small_log(), picture), encoding="utf-8")
    return path


class Reader:
    """A user who reads a report in the browser."""

    def __init__(self, chrome: webdriver.Chrome, page: Path) -> None:
        self.chrome, self._page = chrome, page
        self.width(1200)
        self.prefers("light")
        self.open()

    def open(self, address: str = "") -> None:
        self.chrome.get("about:blank")
        self.chrome.get(self._page.as_uri() + address)

    def width(self, pixels: int) -> None:
        metrics = {"width": pixels, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.chrome.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)

    def prefers(self, scheme: str) -> None:
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.chrome.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})

    def find(self, css: str) -> WebElement:
        return self.chrome.find_element(By.CSS_SELECTOR, css)

    def click(self, css: str) -> None:
        self.find(css).click()

    def type(self, keys: str) -> None:
        self.chrome.switch_to.active_element.send_keys(keys)

    def js(self, expression: str) -> Any:
        return self.chrome.execute_script(f"return {expression}")

    @property
    def shown(self) -> list[int]:
        cards = self.chrome.find_elements(By.CSS_SELECTOR, ".card")
        return [n for n, card in enumerate(cards, start=1) if card.is_displayed()]

    @property
    def status(self) -> str:
        return self.find(".status").text

    @property
    def focused(self) -> str:
        focus = self.chrome.switch_to.active_element
        return focus.get_attribute("id") or focus.get_attribute("name") or focus.tag_name

    def count(self, chip: str) -> str:
        return self.find(f"button[value={chip}] .count").text


@pytest.fixture
def reader(chrome: webdriver.Chrome, page: Path) -> Reader:
    return Reader(chrome, page)


def test_a_click_on_a_size_shows_the_shots_of_that_size(reader: Reader) -> None:
    assert reader.shown == [1, 2, 3, 4, 5, 6]
    reader.click("button[value=CS]")
    assert reader.shown == [3, 6]
    assert reader.status == "2 of 6 shots · 9.00 s"
    reader.click("button[value=MS]")
    assert reader.shown == [1, 2, 3, 6]
    reader.click("button[value=CS]")
    assert reader.shown == [1, 2]


def test_filters_of_different_kinds_must_all_hold(reader: Reader) -> None:
    reader.click("button[value=CS]")
    reader.find("[name=min]").send_keys("4")
    assert reader.shown == [6]
    reader.click("button[value=static]")
    assert reader.shown == []
    assert reader.find("#nothing").is_displayed()
    reader.click("#nothing button")
    assert reader.shown == [1, 2, 3, 4, 5, 6]


def test_lengths_include_their_bounds(reader: Reader) -> None:
    reader.find("[name=min]").send_keys("2")
    reader.find("[name=max]").send_keys("4")
    assert reader.shown == [2, 3, 4]


def test_shots_are_filtered_by_faces(reader: Reader) -> None:
    reader.click("[data-filter=faces] button[value=none]")
    assert reader.shown == [5]
    reader.click("[data-filter=faces] button[value=seen]")
    assert reader.shown == [1, 2, 3, 4, 6]


def test_the_counts_on_the_chips_are_those_after_a_click(reader: Reader) -> None:
    assert (reader.count("CS"), reader.count("static")) == ("2", "3")
    reader.click("button[value=static]")
    assert (reader.count("MS"), reader.count("CS"), reader.count("static")) == ("2", "0", "3")


def test_the_address_carries_the_filter_to_others(reader: Reader) -> None:
    reader.click("button[value=CS]")
    reader.click("button[value=pan_left]")
    reader.find("[name=min]").send_keys("4")
    address = reader.chrome.current_url.partition("#")[2]
    reader.click("#clear")
    assert "#" not in reader.chrome.current_url
    reader.open(f"#{address}")
    assert reader.shown == [6]
    assert reader.find("button[value=CS]").get_attribute("aria-pressed") == "true"


def test_labels_of_a_plug_in_may_hold_anything(chrome: webdriver.Chrome, tmp_path: Path) -> None:
    at = span(0, 2)
    odd = finding(Family.SIZE, 'Cow, "boy" & Co', at, tier=Tier.REMOTE)
    path = tmp_path / "odd.html"
    of = log([logged(0, 2, findings=[odd]), logged(2, 2)])
    path.write_text(render_report(of, picture), encoding="utf-8")
    reader = Reader(chrome, path)
    reader.click("[data-filter=size] .tone-unknown")
    assert reader.shown == [1]
    reader.open("#" + reader.chrome.current_url.partition("#")[2])
    assert reader.shown == [1]


def test_search_looks_at_clips_labels_and_reasons(reader: Reader) -> None:
    reader.type("/")
    assert reader.focused == "q"
    reader.type("listener")
    assert reader.shown == [3, 6]
    reader.find("[name=q]").clear()
    reader.type("/")
    reader.type("nobody in the picture")
    assert reader.shown == [5]
    reader.find("[name=q]").clear()
    reader.type("/")
    reader.type("tilt valley")
    assert reader.shown == [4]


def test_keys_go_from_shot_to_shot_and_skip_what_is_filtered_out(reader: Reader) -> None:
    reader.type("j")
    assert reader.focused == "shot-1"
    reader.type(Keys.ARROW_RIGHT + "j")
    assert reader.focused == "shot-3"
    reader.type("k")
    assert reader.focused == "shot-2"
    reader.click("button[value=CS]")
    reader.find("body").send_keys("j")
    assert reader.focused == "shot-3"
    reader.type("j")
    assert reader.focused == "shot-6"
    reader.type("j")
    assert reader.focused == "shot-6"


def test_arrows_go_by_rows_from_a_shot_and_scroll_elsewhere(reader: Reader) -> None:
    reader.width(600)
    reader.open()
    reader.type(Keys.ARROW_DOWN)
    assert reader.focused == "body"
    reader.type("j")
    reader.type(Keys.ARROW_DOWN)
    assert reader.focused == "shot-3"
    reader.type(Keys.ARROW_UP)
    assert reader.focused == "shot-1"


def test_enter_opens_the_reasons_of_a_shot(reader: Reader) -> None:
    reader.type("j")
    reader.type(Keys.ENTER)
    assert "face of a MS" in reader.find("#shot-1 details dl").text


def test_letters_typed_into_the_search_are_no_commands(reader: Reader) -> None:
    reader.type("/")
    reader.type("jtf?")
    assert reader.find("[name=q]").get_attribute("value") == "jtf?"
    assert not reader.find("#help").is_displayed()
    reader.type(Keys.ESCAPE)
    assert reader.focused == "body"


def test_the_question_mark_opens_help_and_escape_closes_it(reader: Reader) -> None:
    reader.type("?")
    assert "next, previous shot" in reader.find("#help").text
    reader.type(Keys.ESCAPE)
    assert not reader.find("#help").is_displayed()
    reader.click("#keys")
    reader.click("#help button")
    assert not reader.find("#help").is_displayed()


def test_f_folds_the_filters(reader: Reader) -> None:
    assert reader.find("#facets").is_displayed()
    reader.type("f")
    assert not reader.find("#facets").is_displayed()
    assert reader.find("#more").get_attribute("aria-expanded") == "false"


def test_a_block_of_the_timeline_leads_to_its_shot_even_if_that_was_hidden(reader: Reader) -> None:
    reader.click("button[value=CS]")
    assert "off" in (reader.find("[data-block='4']").get_attribute("class") or "")
    reader.click("[data-block='4'] rect")
    assert reader.focused == "shot-4"
    assert reader.shown == [1, 2, 3, 4, 5, 6]


def test_a_same_size_cut_leads_to_its_shots(reader: Reader) -> None:
    reader.click(".pairs a[href='#shot-2']")
    assert reader.focused == "shot-2"
    assert reader.js("document.getElementById('shot-2').getBoundingClientRect().top") < 900


@pytest.mark.parametrize(("scheme", "other"), [("light", "dark"), ("dark", "light")])
def test_the_theme_follows_the_system_until_it_is_chosen(
    reader: Reader, scheme: str, other: str
) -> None:
    reader.prefers(scheme)
    assert _looks(reader) == scheme
    reader.click("#theme")
    assert _looks(reader) == other
    assert reader.find("#theme").get_attribute("aria-pressed") == str(other == "dark").lower()
    reader.find("body").send_keys("t")
    assert _looks(reader) == scheme


@pytest.mark.parametrize("pixels", [320, 380, 768, 1200])
def test_nothing_sticks_out_at_any_width(
    chrome: webdriver.Chrome, tmp_path: Path, pixels: int
) -> None:
    long = [
        logged(0, 2, name="A" * 300),
        logged(2, 2, "ECS", "pedestal_down", name="reel with many words " * 9),
    ]
    path = tmp_path / "long.html"
    path.write_text(render_report(log(long, name="Longest" * 30), picture), encoding="utf-8")
    reader = Reader(chrome, path)
    reader.width(pixels)
    assert reader.js("document.documentElement.scrollWidth") == pixels


def test_on_a_phone_the_filters_are_folded_and_still_work(reader: Reader) -> None:
    reader.width(380)
    reader.open()
    assert not reader.find("#facets").is_displayed()
    reader.click("#more")
    reader.click("button[value=LS]")
    assert reader.shown == [4]


def test_pictures_are_shown(reader: Reader) -> None:
    reader.type("j")
    assert reader.js("document.querySelector('#shot-1 img').naturalWidth") == 256


def test_the_page_makes_no_request_and_runs_no_name_as_script(
    chrome: webdriver.Chrome, tmp_path: Path
) -> None:
    path = tmp_path / "nasty.html"
    of = log([logged(0, 2, name=_NASTY)], name=_NASTY, warnings=(_NASTY,))
    path.write_text(render_report(of, picture), encoding="utf-8")
    said_by(chrome)
    reader = Reader(chrome, path)
    reader.click("button[value=MS]")
    assert chrome.title == f"{_NASTY} · shot log"
    requests = reader.js("performance.getEntriesByType('resource').map((e) => e.name)")
    assert [r for r in requests if not r.startswith("data:image/jpeg")] == []
    assert said_by(chrome) == []


def test_two_thousand_shots_are_filtered_at_once(chrome: webdriver.Chrome, tmp_path: Path) -> None:
    shots = [logged(2 * n, 2, "MS" if n % 4 else "CS", clip=f"V1/{n}") for n in range(2000)]
    path = tmp_path / "long.html"
    path.write_text(render_report(log(shots), picture), encoding="utf-8")
    reader = Reader(chrome, path)
    took = [
        chrome.execute_script(
            "const from = performance.now();"
            "document.querySelector('button[value=CS]').click();"
            "document.body.getBoundingClientRect();"
            "return performance.now() - from"
        )
        for _ in range(3)  # off and on again; a busy machine makes one of them slow, not all
    ]
    assert reader.status.startswith("500 of 2000 shots")
    assert min(took) < 1000


def said_by(chrome: webdriver.Chrome) -> list[dict[str, Any]]:
    """Return the errors and refused requests that the browser logged since the last call."""
    said: list[dict[str, Any]] = chrome.get_log("browser")  # type: ignore[no-untyped-call]
    return said


def _looks(reader: Reader) -> str:
    colour: str = reader.js("getComputedStyle(document.body).backgroundColor")
    red = int(colour.removeprefix("rgb(").partition(",")[0])
    return "light" if red > 128 else "dark"
