from .batch_view import BatchLines, BatchScreen, batch_table, show_failures, show_stages
from .consoles import (
    SafeLine,
    json_text,
    lines,
    print_bytes,
    print_json,
    print_json_text,
    progress_bar,
    say,
    show_waiting,
    terminal,
)
from .coverage_view import show_coverage
from .daemon_view import job_page, job_table, show_watched, status_table
from .hits import hit_cells, hit_json, hit_table
from .models_view import card_table, licence_table, model_facts, model_table
from .progress_bars import StageBars, show_search
from .queries import parse_shown
from .resolve_view import (
    FREE,
    app_json,
    console_line,
    may_be_free,
    placed_json,
    placed_words,
    placement_json,
    show_paths,
    show_placement,
)
from .selects_view import SelectsView
from .streams import Stream, guarded_streams, is_read, to_encodable
from .tables import (
    at,
    coverage,
    highlight_table,
    shot_table,
    show_problems,
    titled_table,
)

__all__ = [
    "FREE",
    "BatchLines",
    "BatchScreen",
    "SafeLine",
    "SelectsView",
    "StageBars",
    "Stream",
    "app_json",
    "at",
    "batch_table",
    "card_table",
    "console_line",
    "coverage",
    "guarded_streams",
    "highlight_table",
    "hit_cells",
    "hit_json",
    "hit_table",
    "is_read",
    "job_page",
    "job_table",
    "json_text",
    "licence_table",
    "lines",
    "may_be_free",
    "model_facts",
    "model_table",
    "parse_shown",
    "placed_json",
    "placed_words",
    "placement_json",
    "print_bytes",
    "print_json",
    "print_json_text",
    "progress_bar",
    "say",
    "shot_table",
    "show_coverage",
    "show_failures",
    "show_paths",
    "show_placement",
    "show_problems",
    "show_search",
    "show_stages",
    "show_waiting",
    "show_watched",
    "status_table",
    "terminal",
    "titled_table",
    "to_encodable",
]
