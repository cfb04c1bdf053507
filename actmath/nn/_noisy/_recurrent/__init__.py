"""LSTM and GRU with noisy units: cells, layers, whole sequences at once."""
