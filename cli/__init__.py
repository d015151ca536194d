"""The command line: everything an operator does with an installation."""
