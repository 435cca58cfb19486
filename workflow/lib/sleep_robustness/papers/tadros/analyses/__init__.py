"""What sleep changes inside the networks (paper §5, §8.2 to 8.4; figures 3 to 5, 8 to 12): what is measured, and tidy rows."""
