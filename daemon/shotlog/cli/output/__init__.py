"""All that is printed: streams, tables, progress, views of daemon and models."""
