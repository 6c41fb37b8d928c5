"""Starting, watching, restarting and ending the worker process."""
