"""A real daemon with a worker that computes nothing, for the tests of panels and scripts."""

from shotlog.testing.fake_daemon import FakeDaemon

__all__ = ["FakeDaemon"]
