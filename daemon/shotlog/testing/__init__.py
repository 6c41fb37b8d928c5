"""A daemon for tests of panels and scripts: real protocol and queue, a fake worker."""

from shotlog.testing.fake_daemon import FakeDaemon

__all__ = ["FakeDaemon"]
