"""Text messages that wait to be handed to a gateway: answers to people who wrote, and nothing that nobody asked for."""
