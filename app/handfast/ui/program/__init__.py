"""The running program: one instance, background jobs, theme, sessions, start-up."""
