// The page: connects the person's files, the worker, the window and the mirror.
import { makeApi } from './api';
import { showAbout } from './about';
import { showBeatSet } from './beat_set';
import { chosenFiles, droppedFiles, sampleFiles, sampleList, save, type Sample } from './files';
import { FindingsMirror } from './findings';
import { askNote, askSamplingRate, pickRecording } from './dialogs';
import { Mirror } from './mirror';
import { Offline, receiveFiles } from './offline';
import { Palette } from './palette';
import type { Command, Message, WindowRequest } from './protocol';
import type { ExportKind, FromWorker, InputFile } from './worker_messages';
import { AnalysisError, Session, type OpenOptions, type Outcome } from './session';
import { recentRecordings, rememberRecording, reopenFiles, type HandledFile, type Recent } from './recent';
import { remember, settings, type Theme } from './settings';
import { elapsed, place } from './time';
import type { View } from './view';

const find = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
const base = new URL('./', location.href).href;
const start = settings();
const times: Record<string, number> = {};
const mark = (name: string) => { times[name] ??= performance.now(); };

const welcome = find('welcome');
const problem = find('problem');
let shownErrors: string[] = [];
/** Why the window is not there; the mirror stands in for it, as a page of text and buttons. Empty: it is there. */
let withoutWindow = '';
let samples: Sample[] = [];
let view: View | null = null;
/** What the worker said before the window was there. */
let early: FromWorker[] = [];
let theme: Theme = start.theme;

const session = new Session(base, start.provider, start.model);
const offline = new Offline(base, session);
const mirror = new Mirror(session, (command) => obey(command));
const findings = new FindingsMirror(find('mirror-findings'), (command) => obey(command));

/** Commands of the page itself, beside those of the window. */
const own: { name: string; title: string; command: Command }[] = [
  { name: 'about', title: 'About this recording: what its file says', command: { command: 'about' } },
  { name: 'save_wfdb', title: 'Save the recording as read, as WFDB (zip)', command: { command: 'export', kind: 'wfdb', strips: [] } },
  { name: 'save_edf', title: 'Save the recording as read, as EDF+', command: { command: 'export', kind: 'edf', strips: [] } },
  { name: 'save_signals', title: 'Save the samples as read, as CSV', command: { command: 'export', kind: 'signals', strips: [] } },
];
const palette = new Palette(
  () => [...(view?.state()?.commands ?? []),
    ...own.map(({ name, title }) => ({ name, title, keys: '', enabled: session.state.recording !== null }))],
  (name) => {
    const mine = own.find((command) => command.name === name);
    if (mine) obey(mine.command);
    else tell({ type: 'run', name });
  });

function tell(message: Message | WindowRequest): void {
  view?.event(message);
}

function showErrors(list: string[]): void {
  if (list.length === 0) return;
  const errors = withoutWindow === '' || list.includes(withoutWindow) ? list : [withoutWindow, ...list];
  shownErrors = errors;
  const text = errors.join('\n');
  problem.textContent = text;
  problem.hidden = false;
  mirror.alarm(text);
  tell({ type: 'error', text });
}

function forgetErrors(): void {
  shownErrors = withoutWindow === '' ? [] : [withoutWindow];
  problem.hidden = withoutWindow === '';
  problem.textContent = withoutWindow;
  mirror.alarm(withoutWindow);
  tell({ type: 'error', text: '' });
}

/** Waits for a job; its errors are shown. Gives the errors of files that did not hinder it. */
async function watch(job: Promise<Outcome>): Promise<string[]> {
  forgetErrors();
  try {
    const { errors } = await job;
    showErrors(errors);
    return errors;
  } catch (error) {
    if (error instanceof AnalysisError && !error.cancelled) showErrors(error.errors);
    else if (error instanceof AnalysisError) tell({ type: 'notice', text: 'Cancelled.' });
    throw error;
  }
}

/** The same where nobody waits for the end: the person has been told already. */
function go(job: Promise<Outcome>): void {
  watch(job).catch((error) => {
    if (!(error instanceof AnalysisError)) showErrors([String(error instanceof Error ? error.message : error)]);
  });
}

function open(files: InputFile[], options: OpenOptions = {}): Promise<string[]> {
  if (files.length === 0) return Promise.reject(new AnalysisError(['No file was given.'], false));
  mark('first_open');
  return watch(session.open(files, options));
}

/** Files from the person: what the files leave open is asked. */
function openAndForget(files: HandledFile[], options: OpenOptions = {}): void {
  if (files.length === 0) return;
  asked = true;
  open(files, options).then(() => rememberOpened(files), (error: unknown) => {
    asked = false;
    if (!(error instanceof AnalysisError) || !error.needsSamplingRate) return;
    forgetErrors();
    askSamplingRate(error.errors.join(' ')).then(
      (sampling_rate) => { if (sampling_rate !== null) openAndForget(files, { ...options, sampling_rate }); },
      () => undefined);
  });
}

// --- recordings of before ----------------------------------------------------------------------

async function rememberOpened(files: HandledFile[]): Promise<void> {
  const { recording } = session.state;
  if (!recording) return;
  const leads = recording.leads.slice(0, 3).map((lead) => lead.name).join(', ') + (recording.leads.length > 3 ? ', …' : '');
  await rememberRecording(recording.name, `${leads}   ${elapsed(recording.length / recording.sampling_rate, 0)}`, files);
}

async function reopen(recent: Recent): Promise<void> {
  try {
    openAndForget(await reopenFiles(recent));
  } catch (error) {
    showErrors([error instanceof Error ? error.message : String(error)]);
  }
}

async function loadRecent(): Promise<void> {
  const recents = await recentRecordings();
  for (const recent of recents) {
    const button = document.createElement('button');
    button.type = 'button';
    const detail = document.createElement('small');
    detail.textContent = recent.says;
    button.append(recent.name, ' ', detail);
    button.addEventListener('click', () => void reopen(recent));
    find('recent').append(button);
    mirror.recent(recent.name, () => void reopen(recent));
  }
  find('recent').hidden = recents.length === 0;
}

async function openSample(index: number): Promise<void> {
  const sample = samples[index];
  if (!sample) return;
  try {
    openAndForget(await sampleFiles(base, sample));
  } catch (error) {
    showErrors([error instanceof Error ? error.message : String(error)]);
  }
}

async function exportAs(kind: ExportKind, strips: number[]): Promise<void> {
  const file = await session.export(kind, strips);
  if (file) save(file);
  else showErrors([session.state.export_error || 'There are no beats to export yet.']);
}

/** The window as it is, under the recording's name. */
async function exportPicture(): Promise<void> {
  const picture = await view?.picture();
  if (!picture) { showErrors(['There is nothing to take a picture of yet.']); return; }
  const name = `${session.state.recording?.name ?? 'telltale'}.png`;
  save({ name, bytes: new Uint8Array(await picture.arrayBuffer()) });
}

/** Asks for a note on a beat, on a stretch, or on the recording where `beat` is below 0. */
async function writeNote(beat: number, first?: number, last?: number): Promise<void> {
  const { edits, beats, recording } = session.state;
  if (!edits || !recording) return;
  if (first !== undefined && last !== undefined) {
    const known = edits.stretches.find((s) => s.name === 'note' && s.first === first && s.last === last)?.text ?? '';
    const at = (sample: number) => place(recording, sample / recording.sampling_rate);
    const text = await askNote(`Note on ${at(first)} to ${at(last)}`, known);
    if (text !== null && text !== known) session.edit({ action: 'call_stretch', first, last, name: 'note', text });
    return;
  }
  const sample = beat >= 0 ? beats?.sample[beat] : undefined;
  if (beat >= 0 && sample === undefined) return;
  const near = (note: { sample: number }) => Math.abs(note.sample - sample!);
  const known = sample === undefined ? edits.notes
    : (edits.beat_notes.filter((note) => near(note) <= 0.05 * recording.sampling_rate)
      .sort((a, b) => near(a) - near(b))[0]?.text ?? '');
  const text = sample === undefined
    ? await askNote('Notes and conclusion on the recording', known, 100_000, session.state.findings.rhythm?.conclusion ?? [])
    : await askNote(`Note on the beat at ${place(recording, sample / recording.sampling_rate)}`, known);
  if (text === null || text === known) return;
  session.edit(sample === undefined ? { action: 'notes', text } : { action: 'beat_note', beat, text });
}

function useTheme(name: Theme): void {
  theme = name;
  document.documentElement.dataset.theme = name;
  remember('theme', name);
}

async function copyText(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    tell({ type: 'notice', text: 'Copied.' });
    mirror.say(`Copied: ${text.replaceAll('\n', '. ')}`);
  } catch {
    showErrors(['The browser did not let the page copy. It holds: ' + text.replaceAll('\n', ', ')]);
  }
}

/** The commands of shared/messages/commands.hpp, from the window, the mirror and the buttons. */
function obey(command: Command): void {
  switch (command.command) {
    case 'choose_files': void chosenFiles().then(openAndForget); break;
    case 'open_sample': void openSample(command.index); break;
    case 'cancel': session.cancel(); break;
    case 'edit': session.edit(command.edit); break;
    case 'ask': session.ask(command.on); break;
    case 'need_samples': session.needSamples(command.lead, command.first, command.count); break;
    case 'export':
      if (command.kind === 'png') void exportPicture();
      else void exportAs(command.kind, command.strips);
      break;
    case 'write_note': void writeNote(command.beat, command.first, command.last); break;
    case 'explain': session.explain(command.beat); break;
    case 'second': go(session.useSecond(command.name)); break;
    case 'provider':
      if (command.choice === 'native') break;
      remember('provider', command.choice);
      go(session.useProvider(command.choice));
      break;
    case 'model':
      remember('model', command.name);
      go(session.useModel(command.name));
      break;
    case 'choose_recording': chooseRecording(); break;
    case 'recording': go(session.choose(command.index)); break;
    case 'lead': go(session.useLead(command.name)); break;
    case 'select_beat':
      tell({ type: 'select', beat: command.beat });
      mirror.beat(command.beat);
      break;
    case 'go_to': tell({ type: 'go_to', first: command.first, last: command.last }); break;
    case 'selected': mirror.beat(command.beat); break;
    case 'announce': mirror.say(command.text); break;
    case 'palette': palette.open(); break;
    case 'about':
      if (session.state.facts) showAbout(session.state.facts, (kind) => void exportAs(kind, []));
      break;
    case 'copy': void copyText(command.text); break;
    case 'theme': useTheme(command.name); break;
    case 'drawing': plain(command.on ? '' : lostGraphics); break;
  }
  mirror.update();
}

// --- what the worker says --------------------------------------------------------------------

/** A person's drop of several recordings is followed by the question which one to see. */
let asked = false;

function chooseRecording(): void {
  const { entries, sets, current } = session.state;
  void pickRecording(entries, sets, session.state.recording ? current : -1).then((index) => {
    // Nothing was chosen: what there is is shown where nothing else is.
    if (index === null) { if (!session.state.recording) showSet(); return; }
    if (index >= entries.length) go(session.nameSet(index - entries.length, ''));
    else if (index !== session.state.current) obey({ command: 'recording', index });
  });
}

/** The set that was named, unless the person is just being asked what to look at. */
function showSet(): void {
  const { beat_set, sets } = session.state;
  if (!beat_set || find<HTMLDialogElement>('recordings').open) return;
  showBeatSet(beat_set, sets, (set, model) => go(session.nameSet(set, model)));
}

session.listen((message) => {
  if (message.type === 'message' && message.message.type === 'recordings' && asked) {
    asked = false;
    if (message.message.fresh > 1) chooseRecording();
  }
  if (message.type === 'beat_set') { showSet(); return; }
  if (view) view.receive(message);
  else early.push(message);
  if (message.type === 'message') {
    const said = message.message;
    switch (said.type) {
      case 'recording': case 'quality': case 'rhythm': case 'comparison': case 'clusters': case 'intervals': case 'outdated':
        findings.update(session.state.findings, session.state.recording);
        break;
    }
    switch (said.type) {
      case 'recording':
        mark('first_recording');
        document.title = `${said.name} - Telltale`;
        showWindow();
        break;
      case 'progress':
        find('busy').hidden = said.stage === '';
        find('stage').textContent = said.stage;
        if (said.fraction >= 0) find<HTMLProgressElement>('fraction').value = said.fraction;
        else find('fraction').removeAttribute('value');
        mirror.progress(said.stage, said.fraction);
        return;
      case 'summary':
        mark('first_summary');
        mirror.update();
        mirror.say(find('mirror-summary').textContent ?? '');
        break;
      case 'error': showErrors([said.text]); break;
      case 'notice': mirror.say(said.text); break;
    }
  }
  mirror.update();
});

const noWebGl = 'This browser gives no WebGL 2, which the ECG is drawn with. Recordings are analysed all the same: ' +
  'the results, the changes and the exports are below. For the ECG, turn hardware acceleration on, or take another browser.';
const lostGraphics = 'The browser took the graphics away, so the ECG cannot be drawn now. Nothing else is lost: the results and ' +
  'the changes are below. The ECG comes back by itself as soon as the browser gives the graphics back; if it does not, reload the page.';

function plain(why: string): void {
  withoutWindow = why;
  document.body.classList.toggle('plain', why !== '');
  if (why !== '') showErrors([why]);
  else forgetErrors();
}

function showWindow(): void {
  if (welcome.hidden) return;
  welcome.hidden = true;
  find('canvas').focus({ preventScroll: true });
}

// --- dropping --------------------------------------------------------------------------------

let inside = 0;
const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false;
addEventListener('dragenter', (event) => {
  if (!hasFiles(event)) return;
  inside += 1;
  document.body.classList.add('over');
});
addEventListener('dragleave', (event) => {
  if (hasFiles(event) && --inside <= 0) document.body.classList.remove('over');
});
addEventListener('dragover', (event) => { if (hasFiles(event)) event.preventDefault(); });
addEventListener('drop', (event) => {
  inside = 0;
  document.body.classList.remove('over');
  if (!event.dataTransfer || !hasFiles(event)) return;
  event.preventDefault();
  droppedFiles(event.dataTransfer).then(
    (files) => (files.length > 0 ? openAndForget(files) : showErrors(['The drop held no files.'])),
    (error: unknown) => showErrors([error instanceof Error ? error.message : String(error)]));
});

// Changes that nothing keeps are not thrown away unasked.
addEventListener('beforeunload', (event) => { if (session.unsaved) event.preventDefault(); });

find('choose').addEventListener('click', () => obey({ command: 'choose_files' }));
find('stop').addEventListener('click', () => session.cancel());

// --- after the first paint -------------------------------------------------------------------

const painted = () => new Promise<void>((resolve) => {
  // In a hidden tab no paint comes, and some browsers report none: neither may hold the page up.
  if (document.hidden) { resolve(); return; }
  if (!PerformanceObserver.supportedEntryTypes.includes('paint')) {
    requestAnimationFrame(() => setTimeout(resolve, 0));
    return;
  }
  setTimeout(resolve, 3000);
  new PerformanceObserver((list, observer) => {
    if (list.getEntriesByName('first-contentful-paint').length === 0) return;
    observer.disconnect();
    resolve();
  }).observe({ type: 'paint', buffered: true });
});

async function loadWindow(): Promise<void> {
  const { View: Window, hasWebGl2 } = await import('./view');
  if (!hasWebGl2()) {
    plain(noWebGl);
    return;
  }
  const window = new Window(find<HTMLCanvasElement>('canvas'), obey);
  await window.load();
  view = window;
  window.event({ type: 'theme', name: theme });
  window.event({ type: 'samples', names: samples.map((sample) => sample.title) });
  for (const message of early.splice(0)) window.receive(message);
  mark('window');
}

async function loadSamples(): Promise<void> {
  samples = await sampleList(base);
  for (const [index, sample] of samples.entries()) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = sample.title;
    button.addEventListener('click', () => obey({ command: 'open_sample', index }));
    find('samples').append(button);
  }
  find('samples').hidden = samples.length === 0;
  mirror.samples(samples.map((sample) => sample.title));
}

window.telltale = makeApi(session, open, { errors: () => shownErrors, theme: () => theme, window: () => view?.state() ?? null, times, offline: () => offline.state });

void painted().then(async () => {
  mark('painted');
  await loadSamples().catch(() => undefined);
  await loadRecent().catch(() => undefined);
  await loadWindow().catch((error: unknown) =>
    showErrors([`The window did not start: ${error instanceof Error ? error.message : String(error)}`]));
  const saveData = (navigator as { connection?: { saveData?: boolean } }).connection?.saveData;
  if (!saveData) await session.prepare();
  await offline.start();
});

receiveFiles(base, openAndForget, () => showErrors(['The file that was to be opened did not arrive. Open it again, or drop it on the page.']));
