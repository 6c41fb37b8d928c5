"""From windows to labels: sampling, measures, decisions, analyzers."""
