"""Opinions in reviews: who says what of which part of a product, and how they feel about it."""
