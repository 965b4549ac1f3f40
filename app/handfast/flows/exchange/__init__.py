"""What is exchanged with a CA or a partner: generate, request, reply, import, export."""
