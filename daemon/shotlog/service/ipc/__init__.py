"""Messages between broker and worker, and their framing on pipes."""
