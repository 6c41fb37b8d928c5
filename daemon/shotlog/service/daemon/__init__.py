"""The daemon process: options, start-up, autostart files."""
