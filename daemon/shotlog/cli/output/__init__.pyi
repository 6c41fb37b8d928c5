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
from .daemon_view import job_page, job_table, show_watched, status_table
from .models_view import card_table, licence_table, model_facts, model_table
from .progress_bars import StageBars, show_search
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
    "SafeLine",
    "StageBars",
    "Stream",
    "at",
    "card_table",
    "coverage",
    "guarded_streams",
    "highlight_table",
    "is_read",
    "job_page",
    "job_table",
    "json_text",
    "licence_table",
    "lines",
    "model_facts",
    "model_table",
    "print_bytes",
    "print_json",
    "print_json_text",
    "progress_bar",
    "say",
    "shot_table",
    "show_problems",
    "show_search",
    "show_waiting",
    "show_watched",
    "status_table",
    "terminal",
    "titled_table",
    "to_encodable",
]
