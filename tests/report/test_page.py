"""The report as text: its content, and the requests that it never makes."""

from __future__ import annotations

import base64
import hashlib
import re
import time
from fractions import Fraction
from html.parser import HTMLParser

import pytest

from shotlog.report import render_report
from shotlog.schema import UNDEFINED, Curve, Family, Log, MediaMissing, Tier
from tests.report.logs import (
    clip,
    dissolve,
    finding,
    highlight,
    log,
    logged,
    move,
    picture,
    size,
    small_log,
    span,
)

_VOID = {"meta", "img", "input", "br"}
_CELLS = {"td", "th", "dt", "dd"}
_REQUESTING = {"src", "srcset", "poster", "data", "action", "formaction", "background", "ping"}
_NASTY = """</script><script>alert(1)</script>"'><img src=x onerror=alert(2)> & שלום 🎬 {{ 7*7 }}"""


class Element:
    def __init__(self, tag: str, attrs: dict[str, str | None]) -> None:
        self.tag, self.attrs, self.text = tag, attrs, ""

    def __getitem__(self, name: str) -> str:
        return self.attrs[name] or ""

    @property
    def classes(self) -> list[str]:
        return (self.attrs.get("class") or "").split()

    @property
    def words(self) -> str:
        return " ".join(self.text.split())


class Page(HTMLParser):
    """Every element in order, each with all text inside it; every tag must be closed."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(text)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        self.elements.append(element)
        if tag not in _VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self._open[-1].tag == tag
        if tag in _CELLS:
            self.handle_data(" ")
        self._open.pop()

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data

    def all(self, tag: str = "", cls: str = "") -> list[Element]:
        return [
            e for e in self.elements if (not tag or e.tag == tag) and (not cls or cls in e.classes)
        ]

    def one(self, tag: str = "", cls: str = "") -> Element:
        (found,) = self.all(tag, cls)
        return found


def page_of(of: Log) -> Page:
    return Page(render_report(of, picture))


@pytest.fixture(scope="module")
def small() -> Page:
    return page_of(small_log())


def test_every_shot_has_a_card_in_order(small: Page) -> None:
    cards = small.all("li", "card")
    assert [card["id"] for card in cards] == [f"shot-{n}" for n in range(1, 7)]
    assert [e.text for e in small.all("p", "clip")] == [
        "Talk", "Talk", "Listener", "Valley", "Windows", "Listener",
    ]  # fmt: skip
    lines = [line.words for line in small.all("p", "line")]
    assert lines[0] == "1 01:00:00:00 1.00 s"
    assert lines[5] == "6 01:00:15:00 6.00 s"


def test_a_card_shows_its_own_picture(small: Page) -> None:
    of = small_log()
    shown = [e["src"] for e in small.all("img") if e["alt"]]
    expected = [base64.b64encode(picture(shot)).decode() for shot in of.shots]
    assert shown == [f"data:image/jpeg;base64,{text}" for text in expected]


def test_a_shot_without_a_picture_has_a_note_in_its_place() -> None:
    page = Page(render_report(small_log(), lambda _: None))
    assert page.all("img") == []
    assert len(page.all("div", "blank")) == 6


def test_badges_use_the_words_of_the_vocabulary(small: Page) -> None:
    assert [b.words for b in small.all("li", "size")][:4] == [
        "Medium Shot 80 %", "Medium Shot 80 %", "Close-up 80 %", "Long Shot 80 %",
    ]  # fmt: skip
    assert [b.words for b in small.all("li", "move")][2:4] == ["Pan Left 80 %", "Tilt Up 80 %"]
    assert [b.words for b in small.all("li", "unsure")] == ["Size undefined"]


def test_faces_are_known_from_the_built_in_size_alone() -> None:
    at = span(0, 2)
    model = finding(Family.SIZE, "CS", at, tier=Tier.LOCAL)
    page = page_of(log([logged(0, 2), logged(2, 2, "undefined"), logged(4, 2, findings=[model])]))
    assert [c["data-faces"] for c in page.all("li", "card")] == ["seen", "none", "unknown"]


def test_a_size_by_the_picture_as_a_whole_is_no_face() -> None:
    at = span(0, 2)
    whole = finding(Family.SIZE, "LS", at, analyzer="builtin.whole_picture")
    page = page_of(log([logged(0, 2, findings=[whole, size(UNDEFINED, at)])]))
    assert [c["data-faces"] for c in page.all("li", "card")] == ["none"]
    assert page.one("li", "size").words == "Long Shot 80 %"


def test_a_model_precedes_the_built_in_analyzer_and_both_are_shown() -> None:
    at = span(0, 2)
    both = [finding(Family.SIZE, "MS", at), finding(Family.SIZE, "FS", at, tier=Tier.LOCAL)]
    page = page_of(log([logged(0, 2, findings=both)]))
    assert page.one("li", "size").words == "Full Shot 80 %"
    assert [e.words for e in page.all("span", "by")] == [
        "local.size 1 (local tier)",
        "builtin.size 1 (builtin tier)",
    ]


def test_an_abstaining_model_leaves_the_badge_to_the_built_in_tier() -> None:
    at = span(0, 2)
    abstaining = finding(Family.MOVE, UNDEFINED, at, scores={"static": 0.4}, tier=Tier.LOCAL)
    page = page_of(log([logged(0, 2, findings=[abstaining, move("static", at)])]))
    assert page.one("li", "move").words == "Static 80 %"
    assert [e.words for e in page.all("span", "by")][-1] == "local.move 1 (local tier)"


def test_a_movement_is_counted_beside_the_moves_where_no_move_is_known() -> None:
    known = logged(0, 3, findings=[move("static", span(0, 3))])
    pushed = finding(Family.MOVEMENT, "Push", span(3, 1), tier=Tier.LOCAL)
    unknown = logged(3, 1, findings=[move(UNDEFINED, span(3, 1)), pushed])
    page = page_of(log([known, unknown]))
    rows = [row.words for row in page.all("tr")]
    assert any(row.startswith("Static 1 50 % 3.00 s 75 %") for row in rows)
    assert any(row.startswith("Push (movement) 1 50 % 1.00 s 25 %") for row in rows)
    assert [card["data-move"] for card in page.all("li", "card")] == ["static", "Push"]


def test_the_motion_of_a_shot_is_among_its_statements() -> None:
    at = span(0, 2)
    page = page_of(log([logged(0, 2, findings=[finding(Family.MOTION, "chaotic", at)])]))
    assert any("Motion" in e.words and "Chaotic 80 %" in e.words for e in page.all("li"))


def test_a_shot_with_two_moves_is_known_by_both() -> None:
    moves = [move("pan_left", span(0, 2)), move("static", span(2, 4))]
    page = page_of(log([logged(0, 6, findings=moves)]))
    assert page.one("li", "card")["data-move"] == "pan_left|static"
    rows = [row.words for row in page.all("tr")]
    assert any(row.startswith("Pan Left 1 100 % 2.00 s 33 %") for row in rows)
    assert any(row.startswith("Static 1 100 % 4.00 s 67 %") for row in rows)


def test_the_coverage_table_counts_shots_and_screen_time(small: Page) -> None:
    rows = [row.words for row in small.all("tr")]
    for expected in (
        "Medium Shot 2 33 % 3.00 s 14 %",
        "Close-up 2 33 % 9.00 s 43 %",
        "Long Shot 1 17 % 4.00 s 19 %",
        "Undefined 1 17 % 5.00 s 24 %",
        "Static 3 50 % 8.00 s 38 %",
    ):
        assert expected in rows


ALL_SIZES = ("ECS", "CS", "MS", "FS", "LS")


def gaps_of(*sizes: str) -> list[str]:
    """Return the sentences about gaps of a timeline of shots of these sizes, all of them static."""
    page = page_of(log([logged(2 * n, 2, name) for n, name in enumerate(sizes)]))
    return [sentence.words for sentence in page.all("p", "missing")]


def test_what_no_shot_has_is_missing_where_every_shot_is_known() -> None:
    assert gaps_of("MS", "CS", "MS")[0] == "Missing: Extreme Close-up, Full Shot, Long Shot"
    assert len(gaps_of(*ALL_SIZES)) == 1  # only moves are missing


def test_an_undefined_shot_may_have_any_size_so_none_is_called_missing() -> None:
    sizes = gaps_of("MS", "CS", "FS", "LS", UNDEFINED)[0]
    assert sizes == "Not among the 4 of 5 known shots: Extreme Close-up"
    assert len(gaps_of(*ALL_SIZES, UNDEFINED)) == 1


def test_nothing_is_listed_where_most_shots_are_undefined() -> None:
    shots = ["ECS", "CS", "MS", "MS", "CS"] + 13 * [UNDEFINED]
    assert gaps_of(*shots)[0] == "Not known: 13 of 18 shots"
    assert gaps_of("MS", UNDEFINED)[0] == "Not known: 1 of 2 shots"


def test_a_shot_that_is_undefined_in_part_is_not_known() -> None:
    moves = [move("pan_left", span(0, 2)), move(UNDEFINED, span(2, 4))]
    page = page_of(log([logged(0, 6, findings=moves)]))
    assert [sentence.words for sentence in page.all("p", "missing")] == ["Not known: 1 of 1 shots"]


def test_a_family_that_nothing_analysed_has_no_gaps() -> None:
    page = page_of(log([logged(0, 2, findings=[move("static", span(0, 2))])]))
    assert "No size was analysed." in page.one("body").text
    assert len(page.all("p", "missing")) == 1


def test_what_is_no_shot_is_listed_by_its_kind_and_counts_in_nothing_else() -> None:
    shown = [
        logged(0, 4, "MS", "static"),
        logged(4, 1, findings=[finding(Family.KIND, "black", span(4, 1))]),
        logged(5, 4, "MS", "pan_left"),
        logged(9, 2, findings=[finding(Family.KIND, "title", span(9, 2))]),
    ]
    page = page_of(log(shown))
    rows = [row.words for row in page.all("tr")]
    assert "Medium Shot 2 100 % 8.00 s 100 %" in rows
    assert "Static 1 50 % 4.00 s 50 %" in rows
    assert not any(row.startswith("Undefined") for row in rows)
    assert page.all("p", "missing")[-1].words == "Not counted: 1 black, 1 title card"
    assert "Shots 4 Clips" in page.one("dl", "facts").words
    assert "Average shot 4.00 s" in page.one("dl", "facts").words
    assert [b.words for b in page.all("li", "kind")] == ["Black 80 %", "Title Card 80 %"]
    assert [card["data-kind"] for card in page.all("li", "card")] == ["", "black", "", "title"]


def test_the_header_shows_the_average_and_median_shot(small: Page) -> None:
    facts = small.one("dl", "facts").words
    assert facts == (
        "Length 21.00 s Rate 24 fps Shots 6 Clips analysed 1 of 2 Average shot 3.50 s "
        "Median shot 3.50 s Highlights 1 Tier builtin Problems 1"
    )


def test_a_cut_between_shots_of_one_size_is_listed_with_both_shots(small: Page) -> None:
    assert small.one("details", "pairs").words == "1 cut to check #1 → #2 MS → MS"


@pytest.mark.parametrize("content", ["a", "b"], ids=["the same file", "another file"])
@pytest.mark.parametrize(
    ("same", "risk"), [(True, " same framing: jump cut risk"), (False, ""), (None, "")]
)
def test_the_pictures_tell_a_jump_cut_and_not_the_files(
    content: str, same: bool | None, risk: str
) -> None:
    second = logged(2, 2, content=content, clip="V1/1", same_framing=same)
    page = page_of(log([logged(0, 2), second]))
    assert page.one("details", "pairs").words == f"1 cut to check #1 → #2 MS → MS{risk}"


def test_a_transition_of_the_timeline_hides_a_jump() -> None:
    faded = clip("V1/1", "B", 2, 2).model_copy(update={"head": Fraction(1, 2)})
    shots = [logged(0, 2), logged(2, 2, clip="V1/1", same_framing=True)]
    assert page_of(log(shots, clips=[clip("V1/0", "A", 0, 2), faded])).all("details", "pairs") == []


@pytest.mark.parametrize(
    ("second", "cuts"),
    [
        (logged(2, 2, "CS"), {}),
        (logged(3, 2), {}),
        (logged(2, 2, clip="V2/0"), {}),
        (logged(2, 2), {"V1/0": (dissolve(2),)}),
    ],
    ids=["another size", "a gap", "another track", "a dissolve"],
)
def test_only_hard_cuts_between_equal_sizes_are_listed(second: object, cuts: object) -> None:
    assert page_of(log([logged(0, 2), second], cuts=cuts)).all("details", "pairs") == []  # type: ignore[arg-type,list-item]


def test_shots_of_unknown_size_are_no_jump_cut() -> None:
    page = page_of(log([logged(0, 2, "undefined"), logged(2, 2, "undefined")]))
    assert page.all("details", "pairs") == []


def test_a_problem_names_the_clip_its_place_and_what_to_do(small: Page) -> None:
    assert small.all("li", "alarm")[0].words == (
        "Lost reel 01:00:21:00: the media is offline. Put it back."
    )


def test_a_timeline_without_any_analysed_clip_still_gives_a_page() -> None:
    problem = MediaMissing("a.mov").problem.model_copy(update={"clip": "V1/0"})
    page = page_of(log([], problems=[problem], clips=[clip("V1/0", "A", 0, 2)]))
    assert page.all("li", "card") == []
    assert "No shot could be analysed." in page.one("body").text


def test_a_highlight_shows_its_score_reasons_and_shots(small: Page) -> None:
    moment = small.one("li", "moment").words
    assert moment == (
        "★ HL 1 92 of 100 01:00:04:00 · 5.00 s · #3–#4 loudness +3.0σ over its surroundings"
    )
    starred = [c["id"] for c in small.all("li", "card") if "★ HL 1" in c.text]
    assert starred == ["shot-3", "shot-4"]


def test_the_strip_has_a_block_for_every_shot_at_its_position(small: Page) -> None:
    blocks = small.all("rect", "block")
    assert [(b["x"], b["width"]) for b in blocks[:3]] == [
        ("0.000%", "4.762%"), ("4.762%", "9.524%"), ("14.286%", "14.286%"),
    ]  # fmt: skip


def test_shots_over_each_other_get_lanes_of_their_own() -> None:
    shots = [logged(0, 4, clip="V1/0"), logged(1, 2, clip="V2/0"), logged(4, 2, clip="V1/1")]
    heights = [b["y"] for b in page_of(log(shots)).all("rect", "block")]
    assert heights[0] == heights[2] != heights[1]


def test_the_curve_is_drawn_where_it_is_known() -> None:
    of = log([logged(0, 2)], highlights=[highlight(1, 0, 1, 90)])
    curve = Curve(step=Fraction(1, 2), values=(0.0, 2.0, None, 1.0))
    page = page_of(of.model_copy(update={"excitement": curve}))
    assert page.one("path", "curve")["d"] == (
        "M125.00 100L125.00 100.0L375.00 0.0V100ZM875.00 100L875.00 50.0V100Z"
    )


def test_a_constant_curve_is_drawn_at_full_height() -> None:
    of = log([logged(0, 2)], highlights=[highlight(1, 0, 1, 90)])
    curve = Curve(step=Fraction(1), values=(2.0, 2.0))
    page = page_of(of.model_copy(update={"excitement": curve}))
    assert page.one("path", "curve")["d"] == "M250.00 100L250.00 0.0L750.00 0.0V100Z"


def test_names_may_hold_anything() -> None:
    of = log(
        [logged(0, 2, name=_NASTY)],
        name=_NASTY,
        highlights=[highlight(1, 0, 2, 50).model_copy(update={"reasons": (_NASTY,)})],
        warnings=(_NASTY,),
    )
    page = page_of(of)
    assert len(page.all("script")) == 1
    assert page.one("h1").text == _NASTY
    assert page.one("p", "clip").text == _NASTY
    assert page.one("p", "clip")["title"] == _NASTY
    assert page.all("title")[0].text == f"{_NASTY} · shot log"
    assert not [e for e in page.elements if any(name.startswith("on") for name in e.attrs)]


def test_a_name_that_is_no_text_in_any_encoding_is_shown_as_far_as_it_goes() -> None:
    """Linux gives such a name to a file whose name is not UTF-8."""
    text = render_report(log([logged(0, 2, name="caf\udce9.mov")]), picture)
    assert Page(text).one("p", "clip").text == "caf?.mov"
    assert text.encode("utf-8")


def test_unknown_labels_of_a_plug_in_are_shown_as_they_are() -> None:
    odd = finding(Family.SIZE, 'Cowboy" Shot', span(0, 2), tier=Tier.REMOTE)
    page = page_of(log([logged(0, 2, findings=[odd])]))
    badge = page.one("li", "size")
    assert badge.words == 'Cowboy" Shot 80 %'
    assert "tone-unknown" in badge.classes


def test_the_page_makes_no_request(small: Page) -> None:
    for element in small.elements:
        for name, value in element.attrs.items():
            if name in _REQUESTING:
                assert (value or "").startswith("data:image/jpeg;base64,"), element.tag
            if name == "href":
                assert (value or "").startswith("#")
    assert not small.all("link") + small.all("iframe") + small.all("base")
    text = render_report(small_log(), lambda _: None)
    assert re.findall(r"https?:|//[a-z]|url\(|@import|fetch\(|XMLHttp|WebSocket", text) == []


def test_the_policy_forbids_all_but_this_style_and_this_script(small: Page) -> None:
    policies = [e["content"] for e in small.all("meta") if "http-equiv" in e.attrs]
    (rules,) = [dict(r.strip().split(" ", 1) for r in p.split(";")) for p in policies]
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    for name, tag in (("style-src", "style"), ("script-src", "script")):
        digest = hashlib.sha256(small.one(tag).text.encode()).digest()
        assert rules[name] == f"'sha256-{base64.b64encode(digest).decode()}'"
    assert not [e for e in small.elements if "style" in e.attrs]


def test_the_same_log_gives_the_same_bytes() -> None:
    assert render_report(small_log(), picture) == render_report(small_log(), picture)


def test_drop_frame_time_is_shown_as_the_editor_shows_it() -> None:
    of = small_log()
    edit = of.edit.model_copy(update={"rate": "30000/1001", "drop_frame": True})
    text = render_report(
        Log.model_validate(of.model_copy(update={"edit": edit}).model_dump()), picture
    )
    assert "29.97 fps" in text
    assert "01:00:00;00" in text


def test_two_thousand_shots_are_rendered_in_seconds() -> None:
    shots = [logged(2 * n, 2, "MS" if n % 3 else "CS", clip=f"V1/{n}") for n in range(2000)]
    started = time.process_time()
    text = render_report(log(shots), picture)
    assert text.count('class="card"') == 2000
    assert time.process_time() - started < 20


def test_every_warning_is_shown_once() -> None:
    made = log([logged(0, 2)], warnings=("the timeline is odd", "A001: it is odd"))
    edit = made.edit.model_copy(update={"warnings": ("the timeline is odd",)})
    text = render_report(made.model_copy(update={"edit": edit}), picture)
    assert [text.count(told) for told in made.warnings] == [1, 1]
