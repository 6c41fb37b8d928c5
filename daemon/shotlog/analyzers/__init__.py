"""What looks: one small class per question."""
