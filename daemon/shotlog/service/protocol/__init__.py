"""Messages between client and daemon: models, framing, error codes, defaults."""
