"""What torch.nn has too, under the same names, and a way from its modules to these and back."""
