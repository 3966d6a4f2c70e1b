"""Flat drawings of product kinds, one function each."""
