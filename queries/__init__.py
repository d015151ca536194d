"""What readers may ask, and the shapes of the answers."""
