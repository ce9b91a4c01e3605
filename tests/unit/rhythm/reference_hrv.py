#!/usr/bin/env python3
"""Heart rate variability by NumPy and SciPy, independent of shared/rhythm.

Without arguments: prints the expected values that hrv_test.cpp holds, from a series of beats made
up here (the test makes the same one). With --compare FOLDER: holds the figures of real records,
which the program test_rhythm has written to $TELLTALE_HRV_FOLDER, against those computed here.
Needs python3-scipy.
"""
import json
import pathlib
import sys

import numpy as np
from scipy import signal
from scipy.interpolate import CubicSpline


def made_up_beats():
    """1 000 Hz, some 40 minutes: slow and fast swings, noise, ectopic beats, a missed beat and a
    gap. Integers only, so that every language makes the same."""
    beats, unreadable, sample, state = [], [], 500, 12345
    for k in range(3000):
        beats.append((sample, "V" if k % 97 == 50 else "S" if k % 211 == 100 else "N"))
        state = (state * 1103515245 + 12345) % 2147483648
        slow = abs(k % 400 - 200) - 100
        low = 3 * (abs(k % 12 - 6) - 3)
        high = 18 * (abs(k % 4 - 2) - 1)
        rr = 800 + slow // 2 + low + high + (state >> 16) % 61 - 30
        if k % 97 == 49:
            rr -= 250
        if k % 97 == 50:
            rr += 250
        if k == 700:
            rr *= 2
        if k == 1500:
            unreadable.append((sample + 300, sample + 45300))
            rr += 45000
        sample += rr
    return beats, 1000.0, sample, unreadable


def nn_intervals(beats, rate, unreadable):
    """(begin, end) samples of the accepted intervals; the rules of rhythm.hpp's defaults."""
    candidates = []
    for (a, ca), (b, cb) in zip(beats, beats[1:]):
        if any(first < b and last > a for first, last in unreadable):
            continue
        if ca == "N" and cb == "N":
            candidates.append((a, b))
    kept = []
    for i, (a, b) in enumerate(candidates):
        rr = (b - a) / rate
        around = [(d - c) / rate for c, d in candidates[max(0, i - 5):i + 6]]
        if 0.3 <= rr <= 2.0 and abs(rr - np.median(around)) <= 0.4 * np.median(around):
            kept.append((a, b))
    return kept


def bands(frequency, density, step):
    def power(low, high):
        return float(density[(frequency >= low) & (frequency < high)].sum() * step)
    return {"vlf": power(0.0033, 0.04), "lf": power(0.04, 0.15), "hf": power(0.15, 0.40)}


def welch(nn, rate):
    end = np.array([b for _, b in nn]) / rate
    begin = np.array([a for a, _ in nn]) / rate
    ms = (end - begin) * 1000
    cuts = np.flatnonzero(begin[1:] - end[:-1] > 10) + 1
    spectra = []
    for part in np.split(np.arange(len(nn)), cuts):
        if len(part) < 2:
            continue
        x, y = end[part] - end[part[0]], ms[part]
        grid = np.arange(0, np.floor(x[-1] * 4) + 1) / 4
        series = CubicSpline(x, y, bc_type="natural")(grid)
        for start in range(0, len(series) - 1023, 512):
            inside = (x > start / 4) & (x <= start / 4 + 256)
            if y[inside].sum() / 1000 < 0.8 * 256:
                continue
            frequency, density = signal.welch(series[start:start + 1024], fs=4, window="hann",
                                              nperseg=1024, detrend="constant")
            spectra.append(density)
    if not spectra:
        return None
    return bands(frequency, np.mean(spectra, axis=0), 4 / 1024) | {"segments": len(spectra)}


def lomb_scargle(nn, rate, length):
    powers = []
    for k in range(int(length / rate // 300)):
        part = [(a, b) for a, b in nn if k * 300 * rate <= b < (k + 1) * 300 * rate]
        if len(part) < 3:
            continue
        begin, end = np.array(part).T / rate
        ms = (end - begin) * 1000
        edges = np.concatenate([[k * 300], end]), np.concatenate([begin, [(k + 1) * 300]])
        if ms.sum() / 1000 < 0.8 * 300 or (edges[1] - edges[0]).max() > 10:
            continue
        frequency = np.arange(1, 120) / 300
        power = signal.lombscargle(end, ms - ms.mean(), 2 * np.pi * frequency)
        density = 2 * power * (end[-1] - end[0]) / (len(part) - 1)
        powers.append(bands(frequency, density, 1 / 300))
    if not powers:
        return None
    return {key: float(np.mean([p[key] for p in powers])) for key in powers[0]} | {
        "segments": len(powers)}


def tinn(counts):
    """The best of all triangles over the whole histogram, tried one by one; bins of 1/128 s."""
    tip = int(np.argmax(counts))
    bins = np.arange(-1, len(counts) + 1)
    padded = np.concatenate([[0], counts, [0]])
    best = None
    for left in range(-1, tip):
        for right in range(tip + 1, len(counts) + 1):
            line = np.interp(bins, [left, tip, right], [0, counts[tip], 0], left=0, right=0)
            error = ((padded - line) ** 2).sum()
            if best is None or error < best[0]:
                best = error, right - left
    return best[1] * 1000 / 128


def figures(beats, rate, length, unreadable):
    nn = nn_intervals(beats, rate, unreadable)
    ms = np.array([(b - a) * 1000 / rate for a, b in nn])
    samples = [b - a for a, b in nn]
    steps = np.array([samples[i] - samples[i - 1] for i in range(1, len(nn))
                      if nn[i][0] == nn[i - 1][1]])
    differences = steps * 1000 / rate
    means, deviations = [], []
    for k in range(int(length / rate // 300)):
        part = np.array([m for m, (_, b) in zip(ms, nn)
                         if k * 300 * rate <= b < (k + 1) * 300 * rate])
        if part.sum() >= 240000:
            means.append(part.mean())
            deviations.append(part.std(ddof=1))
    sdnn, sdsd = ms.std(ddof=1), differences.std(ddof=1)
    bins = np.array([int(s * 128 / rate) for s in samples])
    counts = np.bincount(bins - bins.min())
    result = {
        "nn": len(nn), "mean_nn": ms.mean(), "sdnn": sdnn,
        "sdann": np.std(means, ddof=1), "sdnn_index": np.mean(deviations),
        "rmssd": np.sqrt((differences ** 2).mean()), "sdsd": sdsd,
        "nn50": int((np.abs(steps) * 20 > rate).sum()),
        "pnn50": 100 * (np.abs(steps) * 20 > rate).mean(),
        "pnn20": 100 * (np.abs(steps) * 50 > rate).mean(),
        "triangular_index": len(nn) / counts.max(), "tinn": tinn(counts),
        "sd1": sdsd / np.sqrt(2), "sd2": np.sqrt(2 * sdnn ** 2 - sdsd ** 2 / 2),
        "welch": welch(nn, rate), "lomb_scargle": lomb_scargle(nn, rate, length),
    }
    return json.loads(json.dumps(result, default=float))


def compare(folder):
    """The largest relative difference of each record's figures."""
    for path in sorted(pathlib.Path(folder).glob("*.beats")):
        summary = json.loads(path.with_suffix(".json").read_text(encoding="ascii"))
        ours = summary["hrv"]
        rows = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
        reference = figures([(int(sample), letter) for sample, letter in rows],
                            summary["sampling_rate_hz"], summary["length"], [])
        worst = (0.0, "none")
        for name, value in reference.items():
            pairs = {name: (value, ours.get(name, ours.get(name + "_ms", ours.get(name + "_percent"))))}
            if isinstance(value, dict):
                pairs = {f"{name} {key}": (number, ours[name].get(key, ours[name].get(key + "_ms2")))
                         for key, number in value.items()}
            elif value is None:
                assert name not in ours, f"{path.stem}: {name} should be absent"
                continue
            for key, (theirs, own) in pairs.items():
                difference = abs(own - theirs) / abs(theirs) if theirs else abs(own)
                worst = max(worst, (difference, key))
        print(f"{path.stem}: {ours['nn']} NN intervals, {ours['rejected_percent']:.2f} % rejected, "
              f"largest relative difference {worst[0]:.1e} ({worst[1]})")


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--compare":
        compare(sys.argv[2])
    else:
        print(json.dumps(figures(*made_up_beats()), indent=1))
