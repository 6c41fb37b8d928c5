"""Plan, decode, measure, conclude; the result cache."""
