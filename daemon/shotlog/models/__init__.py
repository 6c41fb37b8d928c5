"""Published models: their cards, their files, and what they say of a shot."""
