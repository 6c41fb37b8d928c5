"""Published models: their cards, their files, and inference on the windows of a shot."""
