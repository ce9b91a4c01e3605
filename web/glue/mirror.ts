// The window for those who do not see its canvas: the same state as text, the same commands as
// real buttons. It is off screen until it has the keyboard's focus.
import type { Command } from './protocol';
import type { Session } from './session';
import type { Theme } from './settings';
import type { ProviderChoice } from './worker_messages';
import { elapsed, place } from './time';

const find = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;

export class Mirror {
  private readonly commands = find('mirror-commands');
  private readonly buttons = new Map<string, HTMLButtonElement>();
  private readonly providers: HTMLSelectElement;
  private readonly models: HTMLSelectElement;
  private readonly leads: HTMLSelectElement;
  private readonly recordings: HTMLSelectElement;
  private selected = -1;
  private lastLive = 0;

  constructor(private readonly session: Session, private readonly onCommand: (command: Command) => void) {
    this.button('Open files', { command: 'choose_files' });
    this.button('All commands', { command: 'palette' });
    this.button('Cancel', { command: 'cancel' });
    this.button('About this recording', { command: 'about' });
    this.button('Save the recording as read, as WFDB', { command: 'export', kind: 'wfdb', strips: [] });
    this.button('Save the recording as read, as EDF+', { command: 'export', kind: 'edf', strips: [] });
    this.button('Save the samples as read, as CSV', { command: 'export', kind: 'signals', strips: [] });
    this.button('Export beats as CSV', { command: 'export', kind: 'csv', strips: [] });
    this.button('Export beats as JSON', { command: 'export', kind: 'json', strips: [] });
    this.button('Export annotations (WFDB .atr)', { command: 'export', kind: 'atr', strips: [] });
    this.button('Export the recording with these beats as EDF+', { command: 'export', kind: 'edf_beats', strips: [] });
    this.button('Previous beat', () => this.step(-1));
    this.button('Next beat', () => this.step(1));
    this.button('Save the review as a session file', { command: 'export', kind: 'session', strips: [] });
    for (const name of ['N', 'S', 'V', 'F', 'Q']) {
      this.button(`Call the selected beat ${name}`, () => this.relabel(name));
    }
    this.button('Remove the selected beat', () => {
      if (this.selected >= 0) this.onCommand({ command: 'edit', edit: { action: 'remove', beats: [this.selected] } });
    });
    this.button('Undo', { command: 'edit', edit: { action: 'undo' } });
    this.button('Do again', { command: 'edit', edit: { action: 'redo' } });
    this.recordings = this.select('Recording', (value) => this.onCommand({ command: 'recording', index: Number(value) }));
    this.leads = this.select('Lead to classify', (value) => this.onCommand({ command: 'lead', name: value }));
    this.models = this.select('Model', (value) => this.onCommand({ command: 'model', name: value }));
    this.providers = this.select('Run on', (value) =>
      this.onCommand({ command: 'provider', choice: value as ProviderChoice }));
    const theme = this.select('Look', (value) => this.onCommand({ command: 'theme', name: value as Theme }));
    this.fill(theme, ['light', 'dark', 'contrast'], document.documentElement.dataset.theme ?? 'light');
    this.update();
  }

  samples(titles: string[]): void {
    titles.forEach((title, index) => this.button(`Open sample: ${title}`, { command: 'open_sample', index }));
  }

  recent(name: string, open: () => void): void {
    this.button(`Open again: ${name}`, open);
  }

  /** Shows the session's state; cheap enough for every message. */
  update(): void {
    const { recording, recordings, current, model, models, provider, summary, phase, beats } = this.session.state;
    const busy = phase === 'busy';
    const enable = (label: string, on: boolean) => { this.buttons.get(label)!.disabled = !on; };
    enable('Cancel', busy);
    for (const label of ['About this recording', 'Save the recording as read, as WFDB', 'Save the recording as read, as EDF+', 'Save the samples as read, as CSV']) {
      enable(label, recording !== null);
    }
    const done = summary !== null && !busy;
    enable('Export beats as CSV', done);
    enable('Export beats as JSON', done);
    enable('Export annotations (WFDB .atr)', done);
    enable('Export the recording with these beats as EDF+', done);
    enable('Previous beat', (beats?.sample.length ?? 0) > 0);
    enable('Next beat', (beats?.sample.length ?? 0) > 0);
    const { edits } = this.session.state;
    enable('Undo', edits !== null && edits.undo !== '');
    enable('Do again', edits !== null && edits.redo !== '');
    enable('Save the review as a session file', done);
    this.fill(this.recordings, recordings.map((_, i) => String(i)), String(current), recordings);
    const leads = recording?.leads.map((lead) => lead.name) ?? [];
    this.fill(this.leads, leads, leads[model?.lead ?? 0] ?? '');
    this.fill(this.models, models.names, models.current);
    const providers = ['auto', ...(provider?.available ?? ['wasm'])];
    if (!providers.includes(this.session.choice)) providers.push(this.session.choice);
    this.fill(this.providers, providers, this.session.choice,
      providers.map((name) => ({ auto: 'automatic', wasm: 'WebAssembly', webgpu: 'WebGPU' })[name] ?? name));

    const parts: string[] = [];
    if (!recording) parts.push('No recording is open.');
    else {
      parts.push(`Recording ${recording.name}, ${recording.leads.map((l) => l.name).join(' and ')}, ` +
        `${elapsed(recording.length / recording.sampling_rate)} at ${recording.sampling_rate} Hz` +
        `${recording.start ? `, begun ${recording.start.replace(/\.\d+$/, '')}` : ''}.`);
      if (summary && model) {
        parts.push(`${summary.beats} beats: ` +
          model.labels.map((name, i) => `${name} ${summary.counts[i] ?? 0}`).join(', ') + '.');
      }
      parts.push(...recording.warnings.map((warning) => `Note: ${warning}.`));
    }
    if (provider) {
      parts.push(`Running on ${provider.current === 'webgpu' ? 'WebGPU' : 'WebAssembly'}. ${provider.note}`);
    }
    const text = parts.join(' ');
    const line = find('mirror-summary');
    if (line.textContent !== text) line.textContent = text;
  }

  /** Progress is told some times a minute, not on each step. */
  progress(stage: string, fraction: number): void {
    const now = performance.now();
    if (stage !== '' && now - this.lastLive < 4000) return;
    this.lastLive = now;
    const share = stage !== '' && fraction >= 0 ? `, ${Math.round(fraction * 100)} percent` : '';
    if (stage !== '') find('mirror-live').textContent = stage + share;
  }

  say(text: string): void {
    find('mirror-live').textContent = text;
  }

  alarm(text: string): void {
    find('mirror-alert').textContent = text;
  }

  beat(index: number): void {
    const { beats, model, recording } = this.session.state;
    this.selected = index;
    const line = find('mirror-beat');
    if (!beats || !recording || index < 0 || index >= beats.sample.length) { line.textContent = ''; return; }
    const label = beats.label[index]!;
    const name = label === 255 || !model ? 'not classified' : model.labels[label]!;
    const chances = model && label !== 255
      ? model.classes.map((c, k) => `${c} ${(100 * beats.probabilities[index * beats.classes + k]!).toFixed(1)} percent`).join(', ')
      : '';
    line.textContent = `Beat ${index + 1} of ${beats.sample.length} at ` +
      `${place(recording, beats.sample[index]! / recording.sampling_rate)}: ${name}${chances ? ` (${chances})` : ''}.`;
    this.say(line.textContent);
  }

  private relabel(name: string): void {
    if (this.selected < 0) return;
    this.onCommand({ command: 'edit', edit: { action: 'relabel', beats: [this.selected], class: name } });
  }

  private step(by: number): void {
    const count = this.session.state.beats?.sample.length ?? 0;
    if (count === 0) return;
    const next = Math.min(count - 1, Math.max(0, this.selected + by));
    this.onCommand({ command: 'select_beat', beat: next });
  }

  private button(label: string, action: Command | (() => void)): void {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = label;
    button.addEventListener('click', () => (typeof action === 'function' ? action() : this.onCommand(action)));
    this.buttons.set(label, button);
    this.commands.append(button);
  }

  private select(label: string, action: (value: string) => void): HTMLSelectElement {
    const outer = document.createElement('label');
    const select = document.createElement('select');
    outer.append(`${label} `, select);
    select.addEventListener('change', () => action(select.value));
    this.commands.append(outer);
    return select;
  }

  private fill(select: HTMLSelectElement, values: string[], current: string, labels = values): void {
    const key = values.join('\n') + '\n\n' + labels.join('\n');
    if (select.dataset.key !== key) {
      select.dataset.key = key;
      select.replaceChildren(...values.map((value, i) => new Option(labels[i], value)));
      (select.parentElement as HTMLElement).hidden = values.length < 2;
    }
    if (select.value !== current) select.value = current;
  }
}
