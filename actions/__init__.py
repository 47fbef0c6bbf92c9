"""What the mind can do: one module a task, each action thin."""
