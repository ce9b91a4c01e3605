#!/usr/bin/env python3
"""Training speed beside the same networks in PyTorch, on one thread of the same machine.

Needs Debian's python3-torch (not among the tool chain's packages) and a built telltale-train:

    tests/bench/train_speed.py --data DIR [--networks ann-14,cnn-skip]

Both train with Adam and cross-entropy on batches of the recipe's size; PyTorch gets its batches by
indexing one tensor, and does nothing else that a recipe asks for (augmentation, averaged weights,
clipped gradients). Both count the smallest numbers as nothing: the trainer does so by itself, and
lstm-14 in PyTorch would be slower without. Printed: the fastest epoch of each, in beats a second,
and the ratio.
"""
import argparse
import json
import subprocess
import tempfile
import time
import pathlib

import torch
from torch import nn

root = pathlib.Path(__file__).resolve().parents[2]


class All(nn.Module):
    """All steps of a recurrent layer."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return self.layer(x)[0]


class Last(nn.Module):
    """The last step of each direction of a recurrent layer."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        state = self.layer(x)[1]
        last = state[0] if isinstance(state, tuple) else state
        return last.transpose(0, 1).flatten(1)


class Turn(nn.Module):
    def forward(self, x):
        return x.transpose(1, 2)


def ann_14(length, classes):
    return nn.Sequential(
        nn.Flatten(), nn.Linear(length, 256), nn.ReLU(), nn.BatchNorm1d(256), nn.Dropout(0.3),
        nn.Linear(256, 128), nn.ReLU(), nn.BatchNorm1d(128), nn.Dropout(0.3),
        nn.Linear(128, 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, classes))


def cnn_14(length, classes):
    return nn.Sequential(
        nn.Conv1d(1, 64, 5), nn.ReLU(), nn.BatchNorm1d(64), nn.MaxPool1d(2),
        nn.Conv1d(64, 128, 5), nn.ReLU(), nn.BatchNorm1d(128), nn.MaxPool1d(2),
        nn.Conv1d(128, 256, 3), nn.ReLU(), nn.BatchNorm1d(256), nn.AdaptiveAvgPool1d(1), nn.Flatten(),
        nn.Linear(256, 128), nn.ReLU(), nn.Dropout(0.4), nn.Linear(128, classes))


def cnn_lstm(length, classes):
    def block(before, kernel, pool, pad):
        return [nn.Conv1d(before, 64, kernel), nn.ReLU(), nn.BatchNorm1d(64),
                nn.MaxPool1d(pool, 2, pad, ceil_mode=True)]
    return nn.Sequential(
        *block(1, 6, 3, 1), *block(64, 3, 2, 0), *block(64, 3, 2, 0), Turn(),
        All(nn.LSTM(64, 64, batch_first=True)), Last(nn.LSTM(64, 32, batch_first=True)),
        nn.Linear(32, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, classes))


class CnnSkip(nn.Module):
    def __init__(self, length, classes):
        super().__init__()
        def block(a, b):
            return nn.Sequential(nn.Conv1d(a, b, 5, padding=2), nn.BatchNorm1d(b), nn.ReLU(),
                                 nn.MaxPool1d(2), nn.Dropout(0.2))
        self.blocks = nn.ModuleList([block(1, 32), block(32, 64), block(64, 128), block(128, 256)])
        self.skips = nn.ModuleList([nn.Conv1d(1, 64, 1), nn.Conv1d(32, 128, 1)])
        self.pool = nn.AvgPool1d(4)
        self.head = nn.Sequential(nn.Flatten(), nn.Linear(256 * (length // 16), 128), nn.ReLU(),
                                  nn.Dropout(0.3), nn.Linear(128, classes))

    def forward(self, x):
        first = self.blocks[0](x)
        second = self.blocks[1](first) + self.skips[0](self.pool(x))
        third = self.blocks[2](second) + self.skips[1](self.pool(first))
        return self.head(self.blocks[3](third))


class Excite(nn.Module):
    """Squeeze and excitation: channels weighed by what all steps say."""

    def __init__(self, channels, squeezed):
        super().__init__()
        self.weigh = nn.Sequential(
            nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(channels, squeezed, bias=False), nn.ReLU(),
            nn.Linear(squeezed, channels, bias=False), nn.Sigmoid())

    def forward(self, x):
        return x * self.weigh(x).unsqueeze(-1)


class Plus(nn.Module):
    """A layer's answer added to what it was asked."""

    def __init__(self, layer):
        super().__init__()
        self.layer = layer

    def forward(self, x):
        return x + self.layer(x)


def cnn_gru_se(length, classes):
    return nn.Sequential(
        nn.Conv1d(1, 128, 50, 3, 24), nn.ReLU(), nn.BatchNorm1d(128), nn.MaxPool1d(3, ceil_mode=True),
        nn.Conv1d(128, 32, 7, padding=3), nn.ReLU(), nn.BatchNorm1d(32), nn.MaxPool1d(2), Excite(32, 4),
        nn.Conv1d(32, 32, 10, padding='same'), nn.ReLU(),
        nn.ConstantPad1d((1, 2), 0.0), nn.Conv1d(32, 128, 5, 2), nn.ReLU(), nn.MaxPool1d(2),
        nn.Conv1d(128, 512, 5, padding=2), nn.ReLU(), Plus(Excite(512, 32)), Turn(),
        Last(nn.GRU(512, 128, batch_first=True)), nn.Dropout(0.3), nn.Linear(128, 512), nn.ReLU(),
        nn.Dropout(0.3), nn.Linear(512, classes))


def cnn_bilstm(length, classes):
    def block(before, channels):
        return [nn.Conv1d(before, channels, 5, padding=2), nn.BatchNorm1d(channels), nn.ReLU(), nn.MaxPool1d(2)]
    return nn.Sequential(
        *block(1, 32), *block(32, 64), *block(64, 128), Turn(),
        All(nn.LSTM(128, 64, batch_first=True, bidirectional=True)),
        Last(nn.LSTM(128, 64, batch_first=True, bidirectional=True)), nn.Dropout(0.3),
        nn.Linear(128, 64), nn.ReLU(), nn.Dropout(0.3), nn.Linear(64, classes))


def lstm_14(length, classes):
    return nn.Sequential(
        Turn(), All(nn.LSTM(1, 64, batch_first=True)), nn.Dropout(0.3),
        Last(nn.LSTM(64, 128, batch_first=True)), nn.Dropout(0.3),
        nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, classes))


networks = {  # recipe: network, length, classes, batch
    'ann-14-honest': (ann_14, 360, 13, 64),
    'cnn-14-honest': (cnn_14, 360, 13, 64),
    'lstm-14-honest': (lstm_14, 360, 13, 128),
    'cnn-lstm-honest': (cnn_lstm, 187, 5, 32),
    'cnn-skip-honest': (CnnSkip, 187, 5, 32),
    'cnn-gru-se-honest': (cnn_gru_se, 140, 5, 32),
    'cnn-bilstm-honest': (cnn_bilstm, 180, 5, 64),
}


def pytorch(make, length, classes, batch, beats):
    torch.manual_seed(1)
    x = torch.rand(beats, 1, length)
    y = torch.randint(0, classes, (beats,))
    model = make(length, classes)
    adam = torch.optim.Adam(model.parameters(), 1e-3)
    loss_of = nn.CrossEntropyLoss()
    best = 0.0
    for _ in range(3):
        order = torch.randperm(beats)
        start = time.perf_counter()
        for i in range(0, beats, batch):
            rows = order[i:i + batch]
            adam.zero_grad()
            loss = loss_of(model(x[rows]), y[rows])
            loss.backward()
            adam.step()
            loss.item()
        best = max(best, beats / (time.perf_counter() - start))
    return best


def telltale(recipe, data, limit):
    """The recipe on few beats, without balancing, for three epochs."""
    text = (root / 'models/recipes' / f'{recipe}.toml').read_text()
    lines, section = [], ''
    for line in text.splitlines():
        if line.startswith('['):
            section = line
        if section == '[balance]' and not line.startswith('['):
            line = 'method = "none"' if line.startswith('method') else ''
        if line.startswith('epochs'):
            line = 'epochs = 3'
        lines.append(line)
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / 'recipe.toml'
        file.write_text('\n'.join(lines))
        trainer = subprocess.Popen(
            [root / 'build/native/bin/telltale-train', 'train', file, '--data', data, '--limit', str(limit),
             '--out', pathlib.Path(folder) / 'out'], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        metrics, epochs = pathlib.Path(folder) / 'out/metrics.jsonl', []
        # Not to its end: judging the test part takes longer than all this.
        while len(epochs) < 3 and trainer.poll() is None:
            time.sleep(0.1)
            epochs = metrics.read_text().splitlines() if metrics.exists() else []
        trainer.kill()
        trainer.wait()
        if len(epochs) < 3:
            raise SystemExit(f'{recipe}: the training ended before its third epoch')
    return max(json.loads(line)['beats_per_s'] for line in epochs)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--data', required=True)
    parser.add_argument('--networks', default=','.join(n.removesuffix('-honest') for n in networks))
    parser.add_argument('--beats', type=int, default=6400, help='for each of three epochs')
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    for name in arguments.networks.split(','):
        make, length, classes, batch = networks[f'{name}-honest']
        theirs = pytorch(make, length, classes, batch, arguments.beats)
        ours = telltale(f'{name}-honest', arguments.data, arguments.beats)
        print(f'{name:10} PyTorch {torch.__version__}: {theirs:8.0f} beats/s   Telltale: {ours:8.0f} beats/s   '
              f'ratio {ours / theirs:.2f}', flush=True)


main()
