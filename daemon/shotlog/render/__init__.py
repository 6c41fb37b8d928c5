"""Pictures with a known truth: scenes, films and their sound, for the demo, tests and fits."""
