"""Small models of the kinds that people write."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional


class Gate(nn.Module):
    """x + W(silu(Ax)·Bx) behind a layer norm."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.a, self.b = nn.Linear(width, 2 * width), nn.Linear(width, 2 * width)
        self.c = nn.Linear(2 * width, width)

    def forward(self, x: Tensor) -> Tensor:
        h = self.norm(x)
        return x + self.c(functional.silu(self.a(h)) * self.b(h))


class ResidualBlock(nn.Module):
    """Two convolutions with batch norms beside a shortcut."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(channels, channels, 3, padding=1, bias=False)
        self.norm1, self.norm2 = nn.BatchNorm2d(channels), nn.BatchNorm2d(channels)

    def forward(self, x: Tensor) -> Tensor:
        h = functional.relu(self.norm1(self.conv1(x)))
        return functional.relu(x + self.norm2(self.conv2(h)))


def small_resnet() -> nn.Sequential:
    """Two residual blocks and a classifier."""
    head = (nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(16, 5))
    return nn.Sequential(nn.Conv2d(3, 16, 3), ResidualBlock(16), ResidualBlock(16), *head)


class ByData(nn.Module):
    """A forward method that looks at its data, which no symbolic trace follows."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.Linear(30, 40), nn.Linear(40, 50)

    def forward(self, x: Tensor) -> Tensor:
        h = self.first(x)
        return self.second(torch.tanh(h) if float(h.detach().mean()) < 1e9 else h)


class Twice(nn.Module):
    """One layer that is called twice, and a second one."""

    def __init__(self) -> None:
        super().__init__()
        self.again, self.last = nn.Linear(40, 40), nn.Linear(40, 3)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        h = torch.relu(self.again(x))
        return self.last(torch.relu(self.again(h))), h


class ByName(nn.Module):
    """Takes a dictionary and gives one."""

    def __init__(self) -> None:
        super().__init__()
        self.words, self.layer = nn.Embedding(11, 40), nn.Linear(40, 40)

    def forward(self, batch: dict[str, Tensor]) -> dict[str, Tensor]:
        return {"out": torch.tanh(self.layer(self.words(batch["tokens"])))}


def normal(*shape: int, seed: int = 0) -> Tensor:
    """Standard normal numbers."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))
