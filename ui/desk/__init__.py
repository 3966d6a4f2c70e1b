"""The page of the service desk."""
