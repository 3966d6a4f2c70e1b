"""Measured claims: each module is one, writes JSON and Markdown to ``benchmarks/results``. Not part of the test run."""
