"""Camera motion between two pictures, measured by tracked corners."""
