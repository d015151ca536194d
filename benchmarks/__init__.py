"""How fast and how small it is, as ratios against the raw limit or a peer in the same run."""
