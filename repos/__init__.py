"""One file per service outside this process: PostgreSQL, files."""
