"""A small image classifier, written as such models often are: one ReLU runs twice, other steps are plain functions."""

import torch.nn as nn
import torch.nn.functional as F


class Block(nn.Module):
    def __init__(self, width, drop_rate=0.1):
        super().__init__()
        self.drop_rate = drop_rate
        self.conv1 = nn.Conv2d(width, width, 3, padding=1)
        self.relu = nn.ReLU(inplace=True)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1)  # no norm: two blocks do without

    def forward(self, x):
        y = self.relu(self.conv1(x))
        y = F.dropout(y, self.drop_rate, training=self.training)
        return self.relu(x + self.conv2(y))


class Classifier(nn.Module):
    def __init__(self, classes=10, width=64):
        super().__init__()
        self.stem = nn.Conv2d(3, width, 7, stride=2, padding=3)
        self.blocks = nn.Sequential(Block(width), Block(width))
        self.head = nn.Linear(width, classes)

    def forward(self, images):
        x = F.gelu(self.stem(images))
        x = F.adaptive_avg_pool2d(self.blocks(x), 1)
        return self.head(x.flatten(1))
