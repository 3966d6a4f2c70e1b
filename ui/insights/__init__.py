"""The report of what a shop can learn: values of ``assistant.insights`` as one HTML page. Pure."""
