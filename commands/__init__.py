"""What may be asked for, and the rules that answer with facts or refuse."""
