"""The daemon's files on this machine: folders, locks, logs, connection file."""
