"""Packs: what makes a consortium this partnership and not another, as data with its sources.

A pack is a folder here. ``README.md`` beside this file says what its files hold; ``shapes.py`` says it exactly.
"""
