"""What the order of a playlist costs to change, by the way in which it is kept."""
