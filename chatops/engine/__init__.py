"""Who runs deliveries: this command at once, and a worker or a drainer later."""
