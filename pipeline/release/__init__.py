"""Issued months: freezing a month, telling what later knowledge changes, making it again from its captures."""
