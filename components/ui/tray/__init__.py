"""What is attached to the next message: ways in, photos, clips with their storyboard, texts between them."""
