"""The shelf: products, reviews and finding them. No dialogue, no language model."""
