"""One file per service outside this process: PostgreSQL, Elasticsearch, Weaviate, files."""
