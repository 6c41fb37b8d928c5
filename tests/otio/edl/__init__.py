"""Tests of edit decision lists."""
