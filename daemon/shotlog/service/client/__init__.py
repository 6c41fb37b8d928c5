"""The client library: connect, start the daemon on demand, submit, watch."""
