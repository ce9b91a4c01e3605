#!/usr/bin/env python3
"""What a model says of ten seconds of people whom no training has seen: LUDB, lead II.

The Lobachevsky University Database (LUDB 1.0.1) marks waves, not kinds of beats, but a cardiologist's
report stands in each header. Where it names neither ectopic beats nor pacing, every S, V or F is a
false alarm; where it names ectopic beats, at least one beat should be called so.

    tests/bench/short_recordings.py --data LUDB [--model telltale]

LUDB is the folder with 1.hea to 200.hea. Beats are those of Telltale's detector.
"""
import argparse
import collections
import json
import pathlib
import re
import subprocess

root = pathlib.Path(__file__).resolve().parents[2]


def report(header):
    return [line.lstrip('#').strip() for line in header.read_text().splitlines() if line.startswith('#')]


def group(lines):
    text = ' '.join(lines).lower()
    if 'pacing' in text or 'pacemaker' in text:
        return None  # paced beats are no class of the models; a wandering pacemaker's are debatable
    if 'extrasystole' in text:
        return None
    return 'fibrillation or flutter' if 'fibrillation' in text or 'flutter' in text else 'sinus rhythm'


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument('--data', required=True, type=pathlib.Path)
    parser.add_argument('--model', default='telltale')
    arguments = parser.parse_args()
    headers = sorted(arguments.data.glob('*.hea'), key=lambda p: int(p.stem))
    out = subprocess.run([root / 'build/native/bin/telltale', 'analyze', *headers, '--model', arguments.model, '--json'],
                         capture_output=True, text=True, check=True)
    beats = {r['recording']: r['summary'] for r in json.loads(out.stdout)['recordings']}
    people, called = collections.Counter(), collections.defaultdict(collections.Counter)
    noticed = {'S': [], 'V': []}
    for header in headers:
        lines, classes = report(header), beats[header.stem]['classes']
        if where := group(lines):
            people[where] += 1
            called[where].update(classes)
            continue
        for kind, letter in (('atrial extrasystole', 'S'), ('ventricular extrasystole', 'V')):
            if any(re.match(kind, line.lower()) for line in lines):
                noticed[letter].append((header.stem, classes[letter]))
    for where, counts in called.items():
        total = sum(counts.values())
        wrong = ', '.join(f'{counts[c]} {c}' for c in 'SVF')
        print(f'{where}: {people[where]} people, {total} beats, of them called {wrong}')
    for letter, found in noticed.items():
        some = [name for name, n in found if n > 0]
        none = [name for name, n in found if n == 0]
        print(f'reports that name ectopic beats of class {letter}: {len(found)}, with at least one beat called so: '
              f'{len(some)}' + (f' (none in {" ".join(none)})' if none else ''))


main()
