// The page's questions: which of several recordings, and how many samples a second where a file is
// silent. Real dialogs of the page, so that keyboard and screen readers have them for nothing.
import { elapsed } from './time';
import type { BeatSetEntry, RecordingEntry } from './protocol';

const find = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;

const commonRates = [100, 125, 128, 130, 180, 200, 250, 256, 300, 360, 500, 512, 1000];

/** Shows a dialog and gives its answer; null if the person closes it. */
function ask<T>(dialog: HTMLDialogElement, fill: (answer: (value: T | null) => void) => void): Promise<T | null> {
  if (dialog.open) dialog.close();
  return new Promise((resolve) => {
    let value: T | null = null;
    const closed = () => {
      dialog.removeEventListener('close', closed);
      find('canvas').focus({ preventScroll: true });
      resolve(value);
    };
    dialog.addEventListener('close', closed);
    fill((answer) => { value = answer; dialog.close(); });
    dialog.showModal();
  });
}

function button(label: string, action: () => void): HTMLButtonElement {
  const made = document.createElement('button');
  made.type = 'button';
  made.textContent = label;
  made.addEventListener('click', action);
  return made;
}

/** A rate in Hz as people write it, with a decimal point or comma; null if it is none. */
export function readRate(text: string): number | null {
  if (!/^\s*\d+([.,]\d+)?\s*(hz)?\s*$/i.test(text)) return null;
  const rate = parseFloat(text.replace(',', '.'));
  return rate >= 1 && rate <= 1_000_000 ? rate : null;
}

export function askSamplingRate(why: string): Promise<number | null> {
  return ask<number>(find<HTMLDialogElement>('rate'), (answer) => {
    find('rate-why').textContent = why;
    find('rate-common').replaceChildren(...commonRates.map((rate) => button(`${rate} Hz`, () => answer(rate))));
    const other = find<HTMLInputElement>('rate-other');
    const form = find<HTMLFormElement>('rate-form');
    const open = find<HTMLButtonElement>('rate-open');
    other.value = '';
    open.disabled = true;
    other.oninput = () => { open.disabled = readRate(other.value) === null; };
    form.onsubmit = (event) => {
      event.preventDefault();
      const rate = readRate(other.value);
      if (rate !== null) answer(rate);
    };
    find('rate-cancel').onclick = () => answer(null);
  });
}

/** Text of a person's own, of `most` characters; null if the dialog is left without keeping it. `findings` can be put
 * into it, to be changed there. */
export function askNote(title: string, text: string, most = 2000, findings: string[] = []): Promise<string | null> {
  return ask<string>(find<HTMLDialogElement>('note'), (answer) => {
    find('note-title').textContent = title;
    const input = find<HTMLTextAreaElement>('note-text');
    input.maxLength = most;
    input.value = text;
    const put = find<HTMLButtonElement>('note-findings');
    put.hidden = findings.length === 0;
    put.onclick = () => {
      input.value = [input.value.trimEnd(), ...findings].filter((line) => line !== '').join('\n');
      put.hidden = true;
      input.focus();
    };
    const keep = () => answer(input.value.trim());
    find<HTMLFormElement>('note-form').onsubmit = (event) => { event.preventDefault(); keep(); };
    input.onkeydown = (event) => {
      if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) { event.preventDefault(); keep(); }
    };
    find('note-cancel').onclick = () => answer(null);
  });
}

const counted = (count: number, what: string) => (count === 0 ? [] : [`${count} ${what}${count === 1 ? '' : 's'}`]);

/** Which of the recordings, or (counted on after them) of the sets of beats. */
export function pickRecording(entries: RecordingEntry[], sets: BeatSetEntry[], current: number): Promise<number | null> {
  return ask<number>(find<HTMLDialogElement>('recordings'), (answer) => {
    find('recordings-title').textContent =
      [...counted(entries.length, 'recording'), ...counted(sets.length, 'beat set')].join(', ');
    const list = find('recordings-list');
    const all = [
      ...entries.map((entry) => ({ name: entry.name, says: [entry.leads, elapsed(entry.seconds, 0),
        ...(entry.has_reference ? ['reference beats'] : [])] })),
      ...sets.map((set) => ({ name: set.name, says: [`${set.beats} beats that are cut out already`] })),
    ];
    const rows = all.map((entry, index) => {
      const row = button('', () => answer(index));
      const name = document.createElement('b');
      name.textContent = entry.name;
      const detail = document.createElement('span');
      detail.textContent = entry.says.join('   ');
      row.append(name, detail);
      if (index === current) row.setAttribute('aria-current', 'true');
      return row;
    });
    list.replaceChildren(...rows);
    const search = find<HTMLInputElement>('recordings-search');
    search.value = '';
    search.hidden = all.length < 8;
    search.oninput = () => {
      const wanted = search.value.trim().toLowerCase();
      rows.forEach((row, index) => { row.hidden = !all[index]!.name.toLowerCase().includes(wanted); });
    };
    find('recordings-close').onclick = () => answer(null);
  });
}
