"""What feed files look like: how each kind of file becomes rows, and how each exporter names things in them."""
