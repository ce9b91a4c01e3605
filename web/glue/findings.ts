// What the beats mean, as text and tables for those who do not see the window: the part of the
// mirror that follows the findings. Its lists are buttons that take the strip there.
import type { Command, RecordingInfo } from './protocol';
import type { Findings } from './worker_messages';
import { place } from './time';

/** More lines than this help nobody; the rest is counted. */
const mostEvents = 200;

function element(name: string, text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

function table(caption: string, head: string[], rows: string[][]): HTMLTableElement {
  const made = document.createElement('table');
  made.append(element('caption', caption));
  const line = (cells: string[], kind: string) => {
    const row = document.createElement('tr');
    row.append(...cells.map((cell) => element(kind, cell)));
    return row;
  };
  if (head.length > 0) made.append(line(head, 'th'));
  made.append(...rows.map((row) => line(row, 'td')));
  return made;
}

/** A place in the recording, in words. */
type At = (seconds: number) => string;

const whole = (value: unknown, unit = '') => (typeof value === 'number' ? `${Math.round(value)}${unit}` : '–');
const percent = (value: number | undefined) => (value === undefined ? '–' : `${(100 * value).toFixed(2)} %`);

/** Rhythms and when they hold, the gravest first: each grave one a button that goes there. */
function rhythms({ rhythm }: Findings, at: At, onCommand: (command: Command) => void): HTMLElement[] {
  const parts: HTMLElement[] = [];
  // "Sinus rhythm" over a tachycardia would read as all well.
  if (rhythm?.recording && !(rhythm.recording.kind === 'N' && rhythm.episodes?.some((episode) => episode.grave))) {
    parts.push(element('p', `The recording as a whole: ${rhythm.recording.rhythm}, probability ${rhythm.recording.probability.toFixed(2)}.`));
  }
  const episodes = rhythm?.episodes ?? [];
  if (episodes.length === 0) return parts;
  const totals = new Map<string, number>();
  for (const { words, seconds } of episodes) totals.set(words, (totals.get(words) ?? 0) + seconds);
  parts.push(table('Time in each rhythm', [], [...totals].map(([words, seconds]) => [words, `${seconds.toFixed(1)} s`])));
  const grave = episodes.filter((episode) => episode.grave);
  if (grave.length > 0) {
    parts.push(buttons('Rhythms', grave.map(({ words, start_s, seconds, probability, first, last }) => ({ first, last,
      text: `${words} at ${at(start_s)}, for ${seconds.toFixed(1)} s, probability ${probability.toFixed(2)}` })), onCommand));
  }
  if (grave.length > mostEvents) parts.push(element('p', `And ${grave.length - mostEvents} more.`));
  return parts;
}

/** A list of places to go to. */
function buttons(label: string, places: { text: string; first: number; last: number }[], onCommand: (command: Command) => void): HTMLElement {
  const items = document.createElement('ol');
  items.setAttribute('aria-label', label);
  for (const { text, first, last } of places.slice(0, mostEvents)) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = text;
    button.addEventListener('click', () => onCommand({ command: 'go_to', first, last }));
    const item = document.createElement('li');
    item.append(button);
    items.append(item);
  }
  return items;
}

function summary({ rhythm }: Findings, at: At): HTMLElement[] {
  if (!rhythm) return [];
  const rows: string[][] = [];
  const rate = rhythm.heart_rate;
  if (rate) {
    rows.push(['Mean heart rate', whole(rate.mean_bpm, ' per minute')],
      ['5 to 95 percent', `${whole(rate.p5_bpm)} to ${whole(rate.p95_bpm)} per minute`],
      ['Slowest', `${whole(rate.minimum.bpm)} per minute at ${at(rate.minimum.start_s)}`],
      ['Fastest', `${whole(rate.maximum.bpm)} per minute at ${at(rate.maximum.start_s)}`]);
  }
  if (rhythm.longest_rr) rows.push(['Longest RR', `${rhythm.longest_rr.seconds.toFixed(2)} s at ${at(rhythm.longest_rr.start_s)}`]);
  if (rhythm.pauses) rows.push(['Pauses of 2.5 s or longer', String(rhythm.pauses.length)]);
  for (const [name, ectopy] of [['Ventricular', rhythm.ventricular], ['Supraventricular', rhythm.supraventricular]] as const) {
    if (!ectopy) continue;
    rows.push([`${name} beats`, `${ectopy.total} (${ectopy.burden_percent.toFixed(1)} %), ${ectopy.couplets} couplets, ${ectopy.runs} runs`]);
  }
  if (rhythm.af_candidates) rows.push(['Candidates for atrial fibrillation', String(rhythm.af_candidates.episodes.length)]);
  if (rhythm.unreadable_s !== undefined) rows.push(['Unreadable', `${rhythm.unreadable_s.toFixed(1)} s`]);
  const parts: HTMLElement[] = [table('Rhythm', [], rows)];
  const hrv = rhythm.hrv;
  if (hrv?.untold) {
    parts.push(element('p', `Heart rate variability: ${hrv.untold}`));
  } else if (hrv) {
    const figures = ([['Mean NN', 'mean_nn_ms', 'ms'], ['SDNN', 'sdnn_ms', 'ms'], ['RMSSD', 'rmssd_ms', 'ms'],
      ['pNN50', 'pnn50_percent', '%'], ['SD1', 'sd1_ms', 'ms'], ['SD2', 'sd2_ms', 'ms']] as const)
      .filter(([, key]) => typeof hrv[key] === 'number')
      .map(([name, key, unit]) => [name, `${(hrv[key] as number).toFixed(1)} ${unit}`]);
    parts.push(table('Heart rate variability', [], figures));
  }
  if (rhythm.hours && rhythm.hours.length > 0) {
    parts.push(table('Hour by hour', ['from', 'beats', 'mean', 'V', 'S', 'pauses'], rhythm.hours.map((hour) => [
      at(hour.start_s), whole(hour.beats), whole(hour.mean_bpm), whole(hour.ventricular),
      whole(hour.supraventricular), whole(hour.pauses)])));
  }
  return parts;
}

function comparison({ comparison: c }: Findings): HTMLElement[] {
  if (!c) return [];
  const names = [...c.labels].map((label) => (label === 'O' ? 'no beat' : label === 'X' ? 'shut down' : label));
  return [
    element('p', `Against the reference: sensitivity ${percent(c.qrs_sensitivity)}, positive predictivity ${percent(c.qrs_predictivity)}.`),
    table('Reference in rows, found in columns', ['', ...names], c.matrix.map((row, i) => [names[i]!, ...row.map(String)])),
  ];
}

/** PR, QRS, QT and its corrections; what is not known is said. */
function intervals({ intervals: found }: Findings): HTMLElement[] {
  if (!found) return [];
  const { all } = found;
  if (all.beats === 0) return [element('p', 'Intervals: no normal beats were measured.')];
  const row = (name: string, figure: typeof all.pr): string[] => [name,
    figure ? `${Math.round(figure.median)} ms, from ${Math.round(figure.p5)} to ${Math.round(figure.p95)}` : 'not known'];
  return [
    table('Intervals of normal beats, median and middle 90 percent', [], [row('PR', all.pr), row('QRS', all.qrs), row('QT', all.qt),
      row('QTc, Fridericia', all.qtc_fridericia), row('QTc, Bazett', all.qtc_bazett)]),
    element('p', `P waves before ${all.with_p} of ${all.beats} normal beats.`),
  ];
}

function clusters({ clusters: c }: Findings): HTMLElement[] {
  if (!c || c.clusters.length === 0) return [];
  return [element('p', `${c.clusters.length} shapes of beats, of ${c.clusters.map((cluster) => cluster.beats).join(', ')} beats.`)];
}

function events({ rhythm }: Findings, at: At, onCommand: (command: Command) => void): HTMLElement[] {
  const list = rhythm?.events ?? [];
  if (list.length === 0) return [];
  const items = buttons('Events', list.map(({ text, start_s, first, last }) => ({ first, last, text: `${text}, at ${at(start_s)}` })), onCommand);
  const more = list.length > mostEvents ? [element('p', `And ${list.length - mostEvents} more events.`)] : [];
  return [items, ...more];
}

export const nothingFound: Readonly<Findings> = { quality: null, rhythm: null, comparison: null, clusters: null, intervals: null, waves: null };

/** Writes the findings into `place`, once for each change of them. */
export class FindingsMirror {
  private shown: Findings = nothingFound;

  constructor(private readonly place: HTMLElement, private readonly onCommand: (command: Command) => void) {}

  update(findings: Findings, recording: RecordingInfo | null): void {
    const keys = ['quality', 'rhythm', 'comparison', 'clusters', 'intervals'] as const;
    if (keys.every((key) => this.shown[key] === findings[key])) return;
    this.shown = { ...findings };
    const at: At = (seconds) => place(recording, seconds);
    this.place.replaceChildren(
      ...rhythms(findings, at, this.onCommand), ...summary(findings, at), ...intervals(findings), ...clusters(findings), ...comparison(findings), ...events(findings, at, this.onCommand));
  }
}
