"""From effects to calls: the final words and bytes."""
