"""A real daemon with a worker that computes nothing, for the tests of panels and scripts."""
