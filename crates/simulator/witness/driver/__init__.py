"""Drives the same calls at several worlds of AWS: the simulator, moto, AWS itself."""
