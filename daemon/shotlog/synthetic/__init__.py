"""Pictures written into video files: infrastructure of the demo, the doctor and the tests."""
