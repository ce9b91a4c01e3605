// What the recording's file says, and the recording in other formats. A dialog of the page.
import { elapsed } from './time';
import type { RecordingFacts } from './protocol';
import type { Conversion } from './worker_messages';

const find = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;

function table(head: string[], rows: string[][]): HTMLTableElement {
  const made = document.createElement('table');
  const top = made.createTHead().insertRow();
  for (const text of head) {
    const cell = document.createElement('th');
    cell.textContent = text;
    top.append(cell);
  }
  const body = made.createTBody();
  for (const texts of rows) {
    const row = body.insertRow();
    for (const text of texts) row.insertCell().textContent = text;
  }
  return made;
}

function paragraph(text: string): HTMLParagraphElement {
  const made = document.createElement('p');
  made.textContent = text;
  return made;
}

export function showAbout(facts: RecordingFacts, save: (kind: Conversion) => void): void {
  const dialog = find<HTMLDialogElement>('about');
  if (dialog.open) dialog.close();
  find('about-title').textContent = facts.name;
  const said = [`${facts.samples} samples in each of ${facts.leads.length} leads`];
  if (facts.sampling_rate !== null) said.push(`${facts.sampling_rate} Hz`);
  if (facts.duration_s !== null) said.push(elapsed(facts.duration_s));
  if (facts.start) said.push(`started ${facts.start.replace('T', ' ')}`);
  const parts: HTMLElement[] = [paragraph(`${said.join(', ')}.`)];
  if (facts.damaged) parts.push(paragraph('Part of the recording is missing or unreadable.'));
  for (const warning of facts.warnings) parts.push(paragraph(warning));
  parts.push(table(['Lead', 'In the file', 'Unit', 'Steps per unit', 'Zero at'], facts.leads.map((lead) => [
    lead.name, lead.original_name, lead.unit,
    `${Number(lead.gain.toPrecision(8))}${lead.gain_assumed ? ' (assumed)' : ''}`, String(lead.baseline),
  ])));
  const beats = Object.entries(facts.beats).map(([code, count]) => `${code} ${count}`).join(', ');
  if (facts.annotations > 0) parts.push(paragraph(`${facts.annotations} annotations in the file; beats: ${beats || 'none'}.`));
  if (facts.comments.length > 0) {
    parts.push(paragraph('Comments in the file. They may name the patient; they stay here and are left out of what is saved:'));
    for (const comment of facts.comments) parts.push(paragraph(comment));
  }
  find('about-facts').replaceChildren(...parts);
  for (const kind of ['wfdb', 'edf', 'signals'] as const) {
    find<HTMLButtonElement>(`about-${kind}`).onclick = () => save(kind);
  }
  find('about-close').onclick = () => dialog.close();
  dialog.showModal();
}
