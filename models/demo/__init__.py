"""Sample data: an estate with forty orders, played through the verbs people use."""
