"""What goes on inside the networks (paper §8.4, figures 8 to 12): what is measured of each image, and tidy rows of it."""
