"""The process that computes: jobs, loaded models, memory."""
