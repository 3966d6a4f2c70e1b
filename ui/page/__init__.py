"""What the web page is made of: markup (pure), pictures, example prompts, the conversation of one visitor."""
