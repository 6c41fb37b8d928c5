"""Providers of the remote tier, against servers on this machine."""
