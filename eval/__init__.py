"""Test sets, metrics and reports. Import with ``from eval.x import y``: the name shadows a builtin."""
