"""Personal data found and hidden, beside Presidio; and who can be told in what was given out under pseudonyms."""
