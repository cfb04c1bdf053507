"""The doctor's picture draws what it is given."""

from __future__ import annotations

import numpy as np
import torch
from torch import nn

from actmath.nn import diagnose
from actmath.plot import illustrate
from actmath.plot._map.doctor import plot_diagnosis


def test_predicted_and_measured_by_layer() -> None:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(30, 30), nn.ReLU(), nn.Linear(30, 30))
    found = diagnose(model, torch.randn(20, 30))
    figure = plot_diagnosis({"sick": found, "again": found})
    assert len(figure.axes) == 6
    predicted, measured, marks = figure.axes[0].get_lines()
    assert list(predicted.get_ydata()) == [row.predicted_variance for row in found.layers]
    assert list(measured.get_ydata()) == [row.variance for row in found.layers]
    sick = {finding.layer for finding in found.findings}
    assert len(marks.get_xdata()) == len(sick)
    assert np.isnan(figure.axes[4].get_lines()[0].get_ydata()[-1])
    assert "<path" in illustrate(figure, alt="signs by layer").svg
