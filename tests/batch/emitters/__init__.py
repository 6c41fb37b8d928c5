"""Tests of the jobs for render farms: each is carried out by a strict double of its farm."""
