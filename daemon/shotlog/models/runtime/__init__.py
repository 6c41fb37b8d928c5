"""Devices, memory estimates and batched inference."""
