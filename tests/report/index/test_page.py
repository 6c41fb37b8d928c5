"""The index as text: its links, its data, and the requests that it never makes."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest

from shotlog.report import IndexEntry, IndexState, IndexSummary, render_index
from shotlog.schema import MediaMissing
from tests.report.index.season import SUMMARY, entry, season
from tests.report.test_page import Page

NASTY = """</script><script>alert(1)</script>"'><img src=x onerror=alert(2)> & {{ 7*7 }}"""


def data_of(text: str) -> dict[str, Any]:
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found
    told: dict[str, Any] = json.loads(found[1])
    return told


def row_of(made: IndexEntry) -> dict[str, Any]:
    row: dict[str, Any] = data_of(render_index([made], SUMMARY))["rows"][0]
    return row


def test_the_head_counts_what_there_is_and_duplicates_once() -> None:
    page = Page(render_index(season(), SUMMARY))
    facts = [element.words for element in page.all("dt") + page.all("dd")]
    half = len(facts) // 2
    assert dict(zip(facts[:half], facts[half:], strict=True)) == {
        "Timelines": "6", "Shots": "34", "Length": "2 h 02 min", "Highlights": "2", "Failed": "1",
        "Given up": "1", "With problems": "1", "Done": "2", "Duplicate": "1",
    }  # fmt: skip
    assert page.all("title")[0].text == "season 1 · timelines"
    assert [link["href"] for link in page.all("p", "files") and page.all("a")][1] == "./shots.csv"


def test_labels_are_offered_in_the_order_of_their_vocabulary() -> None:
    data = data_of(render_index(season(), SUMMARY))
    assert [label["display"] for label in data["sizes"]] == [
        "Close-up", "Medium Shot", "Long Shot", "Undefined"
    ]  # fmt: skip
    assert [label["display"] for label in data["moves"]] == ["Pan Left", "Static", "Push"]
    assert data["rows"][1]["moves"] == [[0, 12], [2, 8]]


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("a b/c#1 100%.html", "./a%20b/c%231%20100%25.html"),
        ("javascript:alert(1)", "./javascript%3Aalert%281%29"),
        ("//evil.example/x", ".///evil.example/x"),
        ("a?b=1&c", "./a%3Fb%3D1%26c"),
        ("é/שלום.html", "./%C3%A9/%D7%A9%D7%9C%D7%95%D7%9D.html"),
        (os.fsdecode(b"caf\xe9.html"), "./caf%E9.html"),
        ('"><b>.html', "./%22%3E%3Cb%3E.html"),
    ],
)
def test_a_path_is_quoted_as_a_relative_link(path: str, url: str) -> None:
    row = row_of(entry("a", report=path, marked=path, pictures=(path,)))
    assert (row["report"], row["marked"], row["pictures"]) == (url, url, [url])


def test_names_of_any_kind_stay_text() -> None:
    problem = MediaMissing(NASTY, NASTY, NASTY).problem
    made = entry(NASTY, source=NASTY, problems=(problem,), duplicate_of=NASTY, sizes={NASTY: 1})
    text = render_index([made], IndexSummary(NASTY, ((NASTY, NASTY),), (NASTY,)))
    page = Page(text)
    assert len(page.all("script")) == 2
    assert not page.all("img")
    assert page.all("h1")[0].words == " ".join(NASTY.split())
    row = data_of(text)["rows"][0]
    assert (row["name"], row["source"], row["twin"]) == (NASTY, NASTY, NASTY)
    assert row["problems"] == [[NASTY] * 3]
    odd = render_index([entry(os.fsdecode(b"caf\xe9"))], SUMMARY)
    assert odd.encode()


def test_the_policy_allows_the_script_the_style_and_pictures_beside_the_page() -> None:
    page = Page(render_index(season(), SUMMARY))
    (policy,) = [e["content"] for e in page.all("meta") if "http-equiv" in e.attrs]
    script = next(e for e in page.all("script") if "type" not in e.attrs).text
    style = page.all("style")[0].text
    for text, kind in ((script, "script"), (style, "style")):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{kind}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'; img-src 'self' file:;" in policy
    assert not re.search(r"https?:", page.all("html")[0].text.replace("https://www.w3", ""))


def test_a_timeline_with_a_thousand_problems_names_the_first_few() -> None:
    problem = MediaMissing("A001").problem
    row = row_of(entry("a", state=IndexState.PROBLEMS, problems=(problem,) * 1000))
    assert (len(row["problems"]), row["more"]) == (20, 980)


def test_the_page_is_small_and_the_same_each_time() -> None:
    empty = len(render_index([], SUMMARY))
    many = [replace(entry(f"reel {n}"), pictures=(f"p/{n}.jpg",), shots=n, seconds=Fraction(n, 3),
                    sizes={"CS": 3, "MS": 2}, moves={"static": 5}) for n in range(500)]  # fmt: skip
    text = render_index(many, SUMMARY)
    assert text == render_index(many, SUMMARY)
    assert (len(text) - empty) / len(many) < 400
    shuffled = [replace(m, sizes={"MS": 2, "CS": 3}) for m in many]
    assert render_index(shuffled, SUMMARY) == text


def test_a_batch_of_nothing_has_a_page() -> None:
    page = Page(render_index([], IndexSummary("")))
    assert "There is no timeline." in [element.words for element in page.all("p")]
    assert page.all("h1")[0].words == "Untitled"
    assert not page.all("form")
