// The worker as the page sees it: one session, what is open in it, and what it last said.
import type { BeatSetEntry, Edit, EditsInfo, ExplanationInfo, ModelInfo, ModelsInfo, ProviderInfo, QuestionInfo, RecordingEntry, RecordingFacts, RecordingInfo, SecondInfo, StorageInfo, SummaryInfo } from './protocol';
import { nothingFound } from './findings';
import type { Beats, BeatSetInfo, ExportKind, Findings, FromWorker, InputFile, ProviderChoice, SelfTest, ToWorker } from './worker_messages';

/** How long a cancelled worker may stay silent before it is ended and started afresh, in ms. */
const patience = 5000;

const ended = (why: string) => `The analysis ended unexpectedly (${why}). It starts again; changes of the beats are kept.`;

export interface OpenOptions {
  /** Which of the recordings found, from 0. */
  index?: number;
  /** Lead to classify on, by name; left out, the model's choice. */
  lead?: string;
  model?: string;
  provider?: ProviderChoice;
  /** Hz, for files that do not tell their sampling rate. */
  sampling_rate?: number;
}

export interface Outcome {
  /** Sentences about files that could not be read; the others were. */
  errors: string[];
}

/** What the last message of each kind said. */
export interface Snapshot {
  phase: 'starting' | 'ready' | 'busy';
  stage: string;
  fraction: number;
  recording: RecordingInfo | null;
  recordings: string[];
  entries: RecordingEntry[];
  /** Sets of beats that the last files held. */
  sets: BeatSetEntry[];
  current: number;
  model: ModelInfo | null;
  models: ModelsInfo;
  provider: ProviderInfo | null;
  summary: SummaryInfo | null;
  edits: EditsInfo | null;
  /** While a person is asked. */
  question: QuestionInfo | null;
  /** Whether the browser keeps the review. */
  storage: StorageInfo['state'] | null;
  second: SecondInfo | null;
  explanation: ExplanationInfo | null;
  findings: Findings;
  self_test: SelfTest | null;
  beats: Beats | null;
  facts: RecordingFacts | null;
  /** Why the last export gave no file; empty where it did, or there was nothing to export. */
  export_error: string;
  /** The last set of beats that was opened. */
  beat_set: BeatSetInfo | null;
  reference: { sample: Float64Array; aami: Uint8Array } | null;
  /** Lead asked for by name; empty follows the model. */
  lead: string;
  /** Bytes that the core held after the last job. */
  memory: number;
  /** Jobs that have ended, well or badly. */
  finished: number;
}

export class AnalysisError extends Error {
  constructor(
    readonly errors: string[], readonly cancelled: boolean,
    /** The file could be read if its sampling rate were known. */
    readonly needsSamplingRate = false,
  ) {
    super(cancelled ? 'Cancelled.' : errors.join('\n'));
    this.name = 'AnalysisError';
  }
}

const isModel = (name: string) => /\.onnx$/i.test(name);
const isSession = (name: string) => /\.telltale\.json$/i.test(name);

type Listener = (message: FromWorker) => void;

interface Job {
  resolve(outcome: Outcome): void;
  reject(error: AnalysisError): void;
}

export class Session {
  readonly state: Snapshot = {
    phase: 'starting', stage: '', fraction: -1, recording: null, recordings: [], entries: [], sets: [], current: 0,
    model: null, models: { type: 'models', names: [], list: [], current: '' }, provider: null, summary: null, edits: null, question: null, storage: null,
    second: null, explanation: null, findings: { ...nothingFound }, self_test: null, beats: null, beat_set: null, facts: null, export_error: '', reference: null, lead: '', memory: 0,
    finished: 0,
  };
  private worker: Worker | null = null;
  private listeners: Listener[] = [];
  private jobs = new Map<number, Job>();
  private nextJob = 1;
  private exports = new Map<number, (file: { name: string; bytes: Uint8Array<ArrayBuffer> } | null) => void>();
  private watchdog = 0;
  private opening: { files: InputFile[]; sampling_rate: number } | null = null;
  /** The files that the recording on screen is of. */
  private lastGood: { files: InputFile[]; sampling_rate: number } | null = null;
  /** Models that the person dropped. */
  private ownModels: InputFile[] = [];
  /** The review as it was last told: a session file's text. */
  private review = '';
  private ready!: Promise<void>;
  private becomeReady: () => void = () => undefined;

  constructor(
    private readonly base: string,
    public choice: ProviderChoice,
    private model: string,
  ) {
    this.startWorker();
  }

  listen(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** Loads the network's runtime and the model ahead of the first recording. */
  async prepare(): Promise<void> {
    await this.ready;
    this.send({ type: 'prepare' });
  }

  open(files: InputFile[], options: OpenOptions = {}): Promise<Outcome> {
    this.state.lead = options.lead ?? '';
    if (options.provider) this.choice = options.provider;
    if (options.model) this.model = options.model;
    for (const file of files) {
      if (isModel(file.name)) this.ownModels = [...this.ownModels.filter(({ name }) => name !== file.name), file];
    }
    const sampling_rate = options.sampling_rate ?? 0;
    if (!files.every(({ name }) => isModel(name) || isSession(name))) this.opening = { files, sampling_rate };
    return this.run((job) => ({
      type: 'open', job, files, index: options.index ?? 0, analyze: true, quiet: false,
      lead: this.state.lead, sampling_rate, provider: this.choice, model: options.model ?? '', review: '',
    }));
  }

  choose(index: number): Promise<Outcome> {
    this.state.current = index;
    return this.run((job) => ({ type: 'choose', job, index, lead: this.state.lead }));
  }

  /** Names a set of beats of the last files; an empty model leaves the choice to the page. */
  nameSet(set: number, model: string): Promise<Outcome> {
    return this.run((job) => ({ type: 'name_set', job, set, model }));
  }

  useLead(lead: string): Promise<Outcome> {
    this.state.lead = lead;
    return this.run((job) => ({ type: 'analyze', job, lead }));
  }

  useSecond(name: string): Promise<Outcome> {
    return this.run((job) => ({ type: 'second', job, name }));
  }

  explain(beat: number): void {
    this.send({ type: 'explain', beat });
  }

  useProvider(choice: ProviderChoice): Promise<Outcome> {
    this.choice = choice;
    return this.run((job) => ({ type: 'provider', job, choice, lead: this.state.lead }));
  }

  useModel(name: string): Promise<Outcome> {
    this.model = name;
    return this.run((job) => ({ type: 'model', job, name, lead: this.state.lead }));
  }

  cancel(): void {
    if (this.jobs.size === 0) return;
    this.send({ type: 'cancel' });
    window.clearTimeout(this.watchdog);
    this.watchdog = window.setTimeout(() => {
      this.restart('The analysis did not stop in time and was ended; choose a model to repeat it.', false);
    }, patience);
  }

  needSamples(lead: number, first: number, count: number): void {
    this.send({ type: 'samples', lead, first, count });
  }

  /** A change by a person; the beats, what they mean and the copy in the browser follow. */
  edit(edit: Edit): void {
    this.send({ type: 'edit', edit });
  }

  /** Begins or ends to ask a person about beats: `question` of the state says which. */
  ask(on: boolean): void {
    if (!on) this.state.question = null;
    this.send({ type: 'ask', on });
  }

  export(kind: ExportKind, strips: number[] = []): Promise<{ name: string; bytes: Uint8Array<ArrayBuffer> } | null> {
    const id = this.nextJob++;
    return new Promise((resolve) => {
      this.exports.set(id, resolve);
      this.send({ type: 'export', id, kind, strips });
    });
  }

  private async run(message: (job: number) => ToWorker): Promise<Outcome> {
    await this.ready;
    if (this.broken) throw new AnalysisError([`The analysis could not start: ${this.broken}`], false);
    return new Promise((resolve, reject) => {
      const job = this.nextJob++;
      this.jobs.set(job, { resolve, reject });
      this.state.phase = 'busy';
      this.send(message(job));
    });
  }

  private send(message: ToWorker): void {
    this.worker?.postMessage(message);
  }

  private startWorker(): void {
    this.ready = new Promise((resolve) => { this.becomeReady = resolve; });
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
    const lock = `telltale.worker.${crypto.randomUUID()}`;
    this.worker = worker;
    worker.onmessage = (event: MessageEvent<FromWorker>) => {
      if (worker !== this.worker) return;
      // It holds its lock now. When that is to be had, the worker is gone, though nobody said so.
      if (event.data.type === 'ready') {
        void navigator.locks?.request(lock, () => { if (worker === this.worker) this.restart(ended('it is gone')); });
      }
      this.receive(event.data);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      // Running out of memory is the one way in which the core can end.
      if (worker === this.worker) this.restart(ended(event.message || 'no reason given'));
    };
    this.send({ type: 'start', base: this.base, provider: this.choice, model: this.model, lock });
  }

  private restarts = 0;
  private broken = '';

  /** Work of the person's that neither the browser keeps nor a file holds. */
  get unsaved(): boolean {
    const { edits, storage } = this.state;
    const any = edits !== null && (edits.count > 0 || edits.notes !== '' || edits.beat_notes.length > 0 || edits.stretches.length > 0);
    return any && storage !== 'kept' && storage !== null && this.review !== this.savedReview;
  }
  private savedReview = '';

  /** Ends the worker and starts a new one. The recording stays on screen; it is read
   * again quietly, and analysed unless the person wanted that to end. */
  private restart(why: string, analyze = true): void {
    window.clearTimeout(this.watchdog);
    this.worker?.terminate();
    for (const job of this.jobs.values()) job.reject(new AnalysisError([why], false));
    this.jobs.clear();
    for (const resolve of this.exports.values()) resolve(null);
    this.exports.clear();
    this.receive({ type: 'message', message: { type: 'progress', stage: '', fraction: 1 } });
    this.receive({ type: 'message', message: { type: 'error', text: why } });
    this.restarts += 1;
    if (this.restarts > 5) {  // Something is wrong for good; do not go round in circles.
      this.broken = why;
      return;
    }
    this.becomeReady();  // who waited for the old one goes on with the new one
    this.startWorker();
    const last = this.lastGood;
    // What ended it once may do so again: the second time it is only read, the third time left alone.
    if (!last || !this.state.recording || this.restarts > 2) {
      this.state.phase = 'ready';
      return;
    }
    // With the lead, the model and the review that were in use: what is on screen is true again soon.
    const { current } = this.state.models;
    this.run((job) => ({
      type: 'open', job, files: [...this.ownModels, ...last.files.filter(({ name }) => !isModel(name) && !isSession(name))], index: this.state.current, analyze: analyze && this.restarts === 1, quiet: true,
      lead: this.state.lead, sampling_rate: last.sampling_rate, provider: this.choice, model: current, review: this.review,
    })).catch((error: unknown) => {
      if (error instanceof AnalysisError && !error.cancelled) this.receive({ type: 'message', message: { type: 'error', text: error.message } });
    });
  }

  private receive(message: FromWorker): void {
    const state = this.state;
    switch (message.type) {
      case 'ready':
        state.phase = 'ready';
        this.becomeReady();
        break;
      case 'broken':
        this.broken = message.text;
        state.phase = 'ready';
        this.becomeReady();
        break;
      case 'review': this.review = message.session; break;
      case 'beat_set': state.beat_set = message.set; break;
      case 'alive':
        window.clearTimeout(this.watchdog);
        break;
      case 'message': {
        const said = message.message;
        switch (said.type) {
          case 'recording':
            state.recording = said;
            this.review = '';
            state.summary = null;
            state.edits = null;
            state.question = null;
            state.storage = null;
            state.second = null;
            state.explanation = null;
            state.beats = null;
            state.findings = { ...nothingFound };
            break;
          case 'facts': state.facts = said.facts; break;
          case 'recordings':
            this.lastGood = this.opening ?? this.lastGood;
            state.recordings = said.entries.map((entry) => entry.name);
            state.entries = said.entries;
            state.sets = said.sets;
            state.current = said.current;
            break;
          case 'quality': state.findings.quality = said; break;
          case 'rhythm': state.findings.rhythm = said; break;
          case 'comparison': state.findings.comparison = said; break;
          case 'clusters': state.findings.clusters = said; break;
          case 'intervals': state.findings.intervals = said; break;
          case 'waves': state.findings.waves = said; break;
          case 'model': state.model = said; break;
          case 'edits': state.edits = said; break;
          case 'question': state.question = said; break;
          case 'storage': state.storage = said.state; break;
          case 'outdated':
            state.summary = null;
            state.question = null;
            state.explanation = null;
            state.findings = { ...nothingFound, quality: state.findings.quality };
            break;
          case 'second': state.second = said.name === '' ? null : said; break;
          case 'explanation': state.explanation = said; break;
          case 'models': state.models = said; break;
          case 'provider': state.provider = said; break;
          case 'summary': state.summary = said; break;
          case 'progress':
            state.stage = said.stage;
            state.fraction = said.fraction;
            break;
        }
        break;
      }
      case 'beats': state.beats = message.beats; break;
      case 'reference': state.reference = message; break;
      case 'self_test': state.self_test = message.result; break;
      case 'exported':
        state.export_error = message.error ?? '';
        if (message.file && isSession(message.file.name)) this.savedReview = this.review;
        this.exports.get(message.id)?.(message.file);
        this.exports.delete(message.id);
        break;
      case 'done':
      case 'failed': {
        window.clearTimeout(this.watchdog);
        state.memory = message.memory;
        state.finished += 1;
        const job = this.jobs.get(message.job);
        this.jobs.delete(message.job);
        if (this.jobs.size === 0) state.phase = 'ready';
        if (message.type === 'done') {
          this.restarts = 0;
          job?.resolve({ errors: message.errors });
        } else job?.reject(new AnalysisError(message.errors, message.cancelled, message.needs_sampling_rate));
        break;
      }
    }
    for (const listener of this.listeners) listener(message);
  }
}
