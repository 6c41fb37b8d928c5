"""Pages of ``docs/`` generated from the code: ``python -m docs.pages`` updates them."""
