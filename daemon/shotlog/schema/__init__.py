"""What is said: exact times, labels, findings, errors. Pure data, no I/O."""
