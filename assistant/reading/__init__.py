"""What plain rules can read in a message, in English and, for prices and order words, in Chinese.

Rules are the floor under the language model: numbers and names are read here, exactly, and a model's value counts
only where the shopper's words support it.
"""
