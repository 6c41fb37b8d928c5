"""A service that speaks OpenAI's form, with answers that a test chooses."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

Answer = Callable[[list[str]], str | bytes]
"""Returns the content of the answer to some sentences; bytes replace the whole body."""


def score_by_length(sentences: list[str]) -> str:
    """Score each sentence by the number of its words, up to 100."""
    scores = [
        {
            "number": number,
            "viral": min(100, 10 * len(text.split())),
            "compelling": min(100, 5 * len(text.split())),
            "reason": f"{len(text.split())} words",
        }
        for number, text in enumerate(sentences, start=1)
    ]
    return json.dumps({"scores": scores})


class LanguageModel:
    """The running service.

    Attributes:
        url: Its address.
        questions: The bodies of the requests that it got.
        answer: Makes the answers.
        status: Status of the answers.
        delay: Seconds before an answer.
    """

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}/v1"
        self.questions: list[dict[str, Any]] = []
        self.answer: Answer = score_by_length
        self.status = 200
        self.delay = 0.0


@contextmanager
def serve() -> Iterator[LanguageModel]:
    """Serve until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            model.questions.append(body)
            time.sleep(model.delay)
            asked = body["messages"][1]["content"]
            made = model.answer(re.findall(r"^\d+\. (.*)$", asked, re.M))
            if isinstance(made, str):
                made = json.dumps({"choices": [{"message": {"content": made}}]}).encode()
            self.send_response(model.status if self.path == "/v1/chat/completions" else 404)
            self.send_header("Content-Length", str(len(made)))
            self.end_headers()
            try:
                self.wfile.write(made)
            except BrokenPipeError:  # the client did not wait
                return

        def log_message(self, *args: object) -> None:
            """Print nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        model = LanguageModel(server.server_port)
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield model
        finally:
            server.shutdown()
            thread.join()
