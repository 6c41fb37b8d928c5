"""Tests of the executors: one contract for those that run shards, and Ray on real clusters."""
