"""Highlights: plugins that judge a timeline, and the selection of stretches from a judgement."""

from shotlog.highlights.agreement import find_delay
from shotlog.highlights.analyzer import HighlightAnalyzer, Selection
from shotlog.highlights.boundaries import (
    LEAD,
    PAUSE,
    TAIL,
    Boundaries,
    Boundary,
    Transcript,
    find_boundaries,
)
from shotlog.highlights.candidates import Candidates
from shotlog.highlights.contract import (
    HIGHLIGHTERS,
    Absence,
    Criterion,
    Embedder,
    Highlighter,
    Judgement,
    Note,
)
from shotlog.highlights.explained_moment import (
    ExplainedCriterion,
    ExplainedMoment,
    MomentExplainer,
    explain_moment,
)
from shotlog.highlights.making import make_highlight_analyzers
from shotlog.highlights.moments import (
    Moments,
    Selected,
    SelectionLimits,
    noise_threshold,
    relative_heights,
    select_moments,
)
from shotlog.highlights.passages import Passages
from shotlog.highlights.salience import combine, local_median, novelty, rise, smooth, z_scores

__all__ = [
    "HIGHLIGHTERS",
    "LEAD",
    "PAUSE",
    "TAIL",
    "Absence",
    "Boundaries",
    "Boundary",
    "Candidates",
    "Criterion",
    "Embedder",
    "ExplainedCriterion",
    "ExplainedMoment",
    "HighlightAnalyzer",
    "Highlighter",
    "Judgement",
    "MomentExplainer",
    "Moments",
    "Note",
    "Passages",
    "Selected",
    "Selection",
    "SelectionLimits",
    "Transcript",
    "combine",
    "explain_moment",
    "find_boundaries",
    "find_delay",
    "local_median",
    "make_highlight_analyzers",
    "noise_threshold",
    "novelty",
    "relative_heights",
    "rise",
    "select_moments",
    "smooth",
    "z_scores",
]
