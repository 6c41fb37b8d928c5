"""VideoMAE checkpoints: layouts, architecture, network, loading."""
