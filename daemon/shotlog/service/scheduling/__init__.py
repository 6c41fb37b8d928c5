"""Which job computes next: fair queue, pauses, preemption, idle time-out."""
