#!/usr/bin/env python3
"""Trains a network of shared/beats/merit.cpp on what detector_measures wrote, and writes its
weights as shared/beats/merit_weights.inc, context_weights.inc or fusion_weights.inc.

    train_merit.py MEASURES.bin WEIGHTS.inc [--measures N] [--epochs N] [--folds K]

N measures a row: 30, or 24 for the fusion of leads. With --folds it only reports the error on
records left out of training. Needs NumPy.
"""
import argparse

import numpy as np

FIRST, SECOND = 24, 8


def load(path, measures, made_up):
    rows = np.fromfile(path, dtype="<f4").reshape(-1, 4 + measures)
    record, which, label = rows[:, 0], rows[:, 1], rows[:, 2]
    x = rows[:, 4:]
    # A second lead often does not show what was annotated on the first; changed and made-up passes
    # are variations on the real ones.
    synthetic = which >= 1000
    second = (which >= 100) & ~synthetic
    weight = np.where(second, np.where(record < 800, 0.2, 0.5), 1.0)
    weight = weight * np.where(which % 100 == 0, 1.0, made_up)
    weight[synthetic] = 0.15 * made_up / 0.35
    return record, which, label, weight.astype(np.float32), x


def forward(p, x):
    a = x @ p["w1"] + p["b1"]
    h = np.maximum(a, 0)
    c = h @ p["w2"] + p["b2"]
    g = np.maximum(c, 0)
    return h, g, g @ p["w3"] + p["b3"]


def train(x, y, weight, epochs, seed):
    random = np.random.default_rng(seed)
    p = {
        "w1": random.normal(0, (2 / x.shape[1]) ** 0.5, (x.shape[1], FIRST)),
        "b1": np.zeros(FIRST),
        "w2": random.normal(0, (2 / FIRST) ** 0.5, (FIRST, SECOND)),
        "b2": np.zeros(SECOND),
        "w3": random.normal(0, (2 / SECOND) ** 0.5, SECOND),
        "b3": np.zeros(()),
    }
    p = {k: v.astype(np.float32) for k, v in p.items()}
    m = {k: np.zeros_like(v) for k, v in p.items()}
    v = {k: np.zeros_like(w) for k, w in p.items()}
    batch, step = 2048, 0
    total = epochs * (len(x) // batch)
    for _ in range(epochs):
        order = random.permutation(len(x))
        for at in range(0, len(x) - batch + 1, batch):
            i = order[at:at + batch]
            xb, yb, wb = x[i], y[i], weight[i]
            # Small random changes of the measures, so that no threshold is knife-sharp.
            xb = xb + random.standard_normal(xb.shape, dtype=np.float32) * np.float32(0.06)
            h, g, z = forward(p, xb)
            d = wb * (1 / (1 + np.exp(-z)) - yb * 0.998 - 0.001) / batch
            grad = {"w3": g.T @ d, "b3": d.sum()}
            dg = np.outer(d, p["w3"]) * (g > 0)
            grad["w2"], grad["b2"] = h.T @ dg, dg.sum(0)
            dh = (dg @ p["w2"].T) * (h > 0)
            grad["w1"], grad["b1"] = xb.T @ dh, dh.sum(0)
            step += 1
            rate = 3e-3 * 0.5 * (1 + np.cos(np.pi * step / total))
            for k in p:
                gk = grad[k] + (1e-5 * p[k] if k[0] == "w" else 0)
                m[k] = 0.9 * m[k] + 0.1 * gk
                v[k] = 0.999 * v[k] + 0.001 * gk * gk
                p[k] = (p[k] - rate * (m[k] / (1 - 0.9 ** step)) /
                        (np.sqrt(v[k] / (1 - 0.999 ** step)) + 1e-8)).astype(np.float32)
    return p


def report(name, p, x, y, which):
    z = forward(p, x)[2]
    for kind in np.unique(which):
        sel = which == kind
        missed = np.sum((z[sel] < 0) & (y[sel] == 1))
        false = np.sum((z[sel] >= 0) & (y[sel] == 0))
        print(f"{name}, pass {int(kind)}: beats {int(y[sel].sum())} missed {missed} false {false}")


def literal(a):
    if a.ndim == 0:
        return f"{float(a):.6g}F" if "." in f"{float(a):.6g}" or "e" in f"{float(a):.6g}" else f"{float(a):.1f}F"
    return "{" + ", ".join(literal(e) for e in a) + "}"


def write(path, p):
    with open(path, "w") as out:
        out.write("// Made by tests/bench/train_merit.py.\n")
        for name in ["w1", "b1", "w2", "b2", "w3", "b3"]:
            value = p[name]
            if value.ndim == 2:
                out.write("{{\n    " + ",\n    ".join(literal(row) for row in value) + "}},\n")
            elif value.ndim == 1:
                out.write("{" + literal(value) + "},\n")
            else:
                out.write(literal(value) + ",\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file")
    parser.add_argument("weights")
    parser.add_argument("--measures", type=int, default=30)
    parser.add_argument("--made-up", type=float, default=0.35, help="weight of changed passes")
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--folds", type=int, default=0)
    args = parser.parse_args()
    record, which, y, weight, x = load(args.file, args.measures, args.made_up)
    mean, spread = x.mean(0), x.std(0) + 1e-3
    x = ((x - mean) / spread).astype(np.float32)
    if args.folds:
        names = np.unique(record)
        totals = np.zeros(2, int)
        for fold in range(args.folds):
            out = np.isin(record, names[fold::args.folds])
            p = train(x[~out], y[~out], weight[~out], args.epochs, fold)
            sel = out & (which == 0)
            z = forward(p, x[sel])[2]
            for name in names[fold::args.folds]:
                r = record[sel] == name
                fn, fp = np.sum((z < 0) & (y[sel] == 1) & r), np.sum((z >= 0) & (y[sel] == 0) & r)
                totals += fn, fp
                print(f"left out {int(name)}: missed {fn} false {fp}")
        print("left out in all: missed", totals[0], "false", totals[1])
        return
    p = train(x, y, weight, args.epochs, 1)
    report("trained on", p, x, y, which)
    # The network takes the measures as they are.
    p["b1"] = p["b1"] - (mean / spread) @ p["w1"]
    p["w1"] = p["w1"] / spread[:, None]
    write(args.weights, p)


if __name__ == "__main__":
    main()
