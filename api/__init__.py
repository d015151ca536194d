"""Palimpsest over HTTP."""
