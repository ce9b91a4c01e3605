// A set of beats that are cut out already, as a table with what the model calls them, and the
// confusion where the file brings labels. A dialog of the page: rows can be read, sorted by doubt,
// filtered and copied like any table.
import type { BeatSetEntry } from './protocol';
import type { BeatSetInfo } from './worker_messages';

const find = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;

/** Rows shown at a time; more follow at a press. */
const page = 100;

function cell(row: HTMLTableRowElement, text: string, kind: 'td' | 'th' = 'td'): HTMLTableCellElement {
  const made = document.createElement(kind);
  made.textContent = text;
  row.append(made);
  return made;
}

/** A beat drawn small: its values from left to right, the smallest at the bottom. */
function drawing(values: Float32Array): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 120 32');
  svg.setAttribute('aria-hidden', 'true');
  let low = Infinity, high = -Infinity;
  for (const v of values) { if (v < low) low = v; if (v > high) high = v; }
  const scale = high > low ? 28 / (high - low) : 0;
  const points: string[] = [];
  values.forEach((v, i) => {
    if (!Number.isNaN(v)) points.push(`${(i * 120 / Math.max(1, values.length - 1)).toFixed(1)},${(30 - (v - low) * scale).toFixed(1)}`);
  });
  const line = document.createElementNS('http://www.w3.org/2000/svg', 'polyline');
  line.setAttribute('points', points.join(' '));
  line.setAttribute('fill', 'none');
  line.setAttribute('stroke', 'currentColor');
  line.setAttribute('vector-effect', 'non-scaling-stroke');
  svg.append(line);
  return svg;
}

function confusionTable(set: BeatSetInfo): HTMLTableElement | null {
  if (!set.confusion || !set.classes) return null;
  const table = document.createElement('table');
  table.createCaption().textContent = 'Rows: the label in the file. Columns: the model’s class.';
  const head = table.createTHead().insertRow();
  cell(head, '', 'th');
  for (const name of set.classes) cell(head, name, 'th');
  const body = table.createTBody();
  set.confusion.forEach((counts, i) => {
    const row = body.insertRow();
    cell(row, set.classes![i]!, 'th');
    counts.forEach((count, k) => {
      const made = cell(row, String(count));
      if (i === k) made.className = 'same';
    });
  });
  return table;
}

/** Beats of each label, or class. */
function counted(of: number[], names: string[]): string {
  const counts = new Array<number>(names.length).fill(0);
  for (const i of of) counts[i]! += 1;
  return names.map((name, i) => `${name} ${counts[i]}`).join(', ');
}

/** Fills a choice; nothing to choose hides it. */
function choice(id: string, names: string[], current: number, choose: (index: number) => void): void {
  const select = find<HTMLSelectElement>(id);
  select.replaceChildren(...names.map((name, index) => new Option(name, String(index))));
  select.selectedIndex = current;
  select.onchange = () => choose(select.selectedIndex);
  select.parentElement!.hidden = names.length < 2;
}

/** `choose`: the person wants another set of the last files, or another model's names (empty: the
 * page's choice). */
export function showBeatSet(set: BeatSetInfo, sets: BeatSetEntry[], choose: (set: number, model: string) => void): void {
  const dialog = find<HTMLDialogElement>('beat-set');
  choice('beat-set-which', sets.map((entry) => entry.name), set.index, (index) => choose(index, ''));
  choice('beat-set-model', set.models, set.models.indexOf(set.model ?? ''), (index) => choose(set.index, set.models[index]!));
  const beats = set.labels.length;
  find('beat-set-title').textContent = `${set.name}: ${beats} beats`;
  const said = [`${set.width} values a beat. Labels in the file: ${counted(set.labels, set.label_names)}.`];
  if (set.given && set.classes) {
    said.push(`The model ${set.model} says: ${counted(set.given, set.classes)}.`);
    if (set.confusion) {
      const right = set.confusion.reduce((sum, row, i) => sum + row[i]!, 0);
      said.push(`${(100 * right / beats).toFixed(2)} % agree with the file.`);
    } else {
      said.push('The labels are no classes of this model, so they are not compared.');
    }
  }
  if (set.not_named) said.push(`The beats are not named: ${set.not_named}.`);
  find('beat-set-summary').textContent = [...said, ...set.warnings].join(' ');
  const confusion = confusionTable(set);
  find('beat-set-confusion').replaceChildren(...(confusion ? [confusion] : []));

  const order = Array.from({ length: beats }, (_, i) => i);
  const differs = (i: number) => set.truth != null && set.given !== undefined &&
    set.truth[set.labels[i]!] !== set.given[i];
  const only = find<HTMLSelectElement>('beat-set-only');
  only.replaceChildren(...[
    ['all', 'All beats'],
    ...(set.confusion ? [['differ', 'Where file and model differ']] : []),
    ...(set.best ? [['doubt', 'The most doubtful first']] : []),
  ].map(([value, title]) => new Option(title, value)));
  const body = find<HTMLTableSectionElement>('beat-set-rows');
  const more = find<HTMLButtonElement>('beat-set-more');
  let listed: number[] = [];
  const show = (count: number) => {
    for (const i of listed.slice(body.rows.length, count)) {
      const row = body.insertRow();
      cell(row, String(i + 1));
      cell(row, '').append(drawing(set.values.subarray(i * set.width, (i + 1) * set.width)));
      cell(row, set.label_names[set.labels[i]!]!);
      cell(row, set.given ? set.classes![set.given[i]!]! : '');
      cell(row, set.best ? `${(100 * set.best[i]!).toFixed(1)} %` : '');
      if (differs(i)) row.className = 'differs';
    }
    more.hidden = body.rows.length >= listed.length;
    find('beat-set-shown').textContent = `${body.rows.length} of ${listed.length} shown`;
  };
  const list = () => {
    listed = only.value === 'differ' ? order.filter(differs)
      : only.value === 'doubt' ? [...order].sort((a, b) => set.best![a]! - set.best![b]!) : order;
    body.replaceChildren();
    show(page);
  };
  only.onchange = list;
  more.onclick = () => show(body.rows.length + page);
  find('beat-set-close').onclick = () => dialog.close();
  list();
  if (!dialog.open) dialog.showModal();
}
