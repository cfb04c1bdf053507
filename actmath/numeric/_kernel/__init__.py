"""The dual kernel of an activation: in closed form, or by quadrature over pairs of Gaussians."""
