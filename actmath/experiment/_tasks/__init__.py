"""What tasks are built on: the protocol of a task, and the one loop that trains stacks."""
