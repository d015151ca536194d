"""Real servers without containers: installed by the ordinary package clients, started on loopback, stopped."""
