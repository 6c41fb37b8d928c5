"""The figures of several test processes are those of the whole run."""

from __future__ import annotations

import json

from tests.faults.figures import Figures, Sample


def some(jobs: int, seconds: float) -> Figures:
    figures = Figures()
    figures.count("submitted", jobs)
    figures.count("finished", jobs)
    figures.recoveries["a kill"].append(seconds)
    figures.lives[7].append(Sample(seconds, 1000 * jobs, jobs))
    figures.notes.append(f"{jobs} jobs")
    figures.measured[f"{jobs} letters"] = "none lost"
    return figures


def test_figures_that_another_process_sends_add_up() -> None:
    whole = Figures()
    for sent in (some(2, 0.5), some(3, 1.5)):
        whole.add(Figures.of_plain(sent.plain()))

    assert (whole.submitted, whole.finished, whole.lost) == (5, 5, 0)
    assert whole.recoveries == {"a kill": [0.5, 1.5]}
    assert whole.lives == {7: [Sample(0.5, 2000, 2), Sample(1.5, 3000, 3)]}
    assert whole.notes == ["2 jobs", "3 jobs"]
    assert whole.measured == {"2 letters": "none lost", "3 letters": "none lost"}


def test_what_is_sent_is_plain() -> None:
    json.dumps(some(2, 0.5).plain())  # raises TypeError for anything else
