"""Reusable machinery that knows no word of the domain."""
