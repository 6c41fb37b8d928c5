"""The one event loop: requests, replies, subscriptions, metrics."""
