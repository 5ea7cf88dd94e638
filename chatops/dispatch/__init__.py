"""The heart: an event becomes deliveries, and a delivery becomes one isolated call whose outcome is kept."""
