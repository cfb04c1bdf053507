"""Any activation as a function and a module with derived gradients."""
