"""Model cards, the registry of models on this machine, manifests."""
