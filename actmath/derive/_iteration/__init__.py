"""What x ← f(x) does: fixed points, attraction, rates."""
