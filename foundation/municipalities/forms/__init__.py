"""Forms of municipalities: they shape and validate input, and save nothing."""
