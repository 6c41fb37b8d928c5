"""Face detection (CenterFace), and its measure."""
