"""Synthetic cities: exchange packages of invented people whose margins follow a pack's published figures.

The same pack, size and seed give the same bytes: nothing here reads the clock, the database or the order of a set.
"""
