"""What can be set: YAML per environment, checked against one typed schema."""
