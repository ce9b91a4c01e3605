// The page's worker: owns the recording (core.wasm) and the network (ONNX Runtime Web).
// One job runs at a time; a newer job or "cancel" ends it between two slices.
import { loadCore, type Core } from './core';
import { Runtime, type Chosen, type Probe } from './runtime';
import { joinReviews, sameReview } from './reviews';
import { keepReview, keptReview, type KeptReview } from './store';
import type { BeatSetEntry, Edit, EditsInfo, FromWorker, InputFile, ModelEntry, ModelInfo, OpenMessage, ProviderChoice, ProviderName, RecordingEntry, SecondInfo, ToWorker } from './protocol';

/** Beats in one run of the network. Small enough to cancel soon, large enough to be quick. */
const batchSize = 256;

/** Files of this many bytes and more are read in pieces. */
const largeFile = 64 * 2 ** 20;

const scope = self as unknown as {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
};
const post = (message: FromWorker, transfer: Transferable[] = []) => scope.postMessage(message, transfer);
const text = (error: unknown) => (error instanceof Error ? error.message : String(error));

/** After these the core cannot be trusted any more. */
const isFatal = (error: unknown) => error instanceof WebAssembly.RuntimeError;

/** Each row's softmax. */
function shares(logits: Float32Array, columns: number): Float32Array {
  const result = logits.slice();
  for (let at = 0; at < result.length; at += columns) {
    const row = result.subarray(at, at + columns);
    const largest = row.reduce((a, b) => Math.max(a, b), -Infinity);
    row.forEach((value, i) => { row[i] = Math.exp(value - largest); });
    const sum = row.reduce((a, b) => a + b, 0);
    row.forEach((value, i) => { row[i] = value / sum; });
  }
  return result;
}

class Cancelled extends Error {}
class NeedsSamplingRate extends Error {}

interface ModelFile extends ModelEntry {
  /** Where it is fetched from; absent for a model that the person dropped. */
  url?: string;
  bytes?: Promise<Uint8Array<ArrayBuffer>>;
}

const isModel = (name: string) => /\.onnx$/i.test(name);
const isSession = (name: string) => /\.telltale\.json$/i.test(name);
/** Tabs tell each other here that they wrote a review. */
interface Written {
  fingerprint: string;
  version: string;
}

/** Ends the worker for good: the page starts another one. */
function end(error: unknown): void {
  setTimeout(() => { throw error; });
}

class Worker {
  private core: Core | null = null;
  private runtime: Runtime | null = null;
  private base = '';
  private choice: ProviderChoice = 'auto';
  private models: ModelFile[] = [];
  private modelName = '';
  /** The model that names rhythms; null where the page has none. */
  private rhythmModel: ModelFile | null = null;
  private rhythmNetwork: { provider: ProviderName; chosen: Promise<Chosen> } | null = null;
  /** The network that is open or opening, and what for. */
  private network: { model: ModelFile; choice: ProviderChoice; chosen: Promise<Chosen> } | null = null;
  private generation = 0;
  private queue: Promise<void> = Promise.resolve();
  private beatsPerSecond = 0;
  private lastPause = 0;

  receive(message: ToWorker): void {
    switch (message.type) {
      case 'start':
        this.queue = this.start(message).catch((error) => post({ type: 'broken', text: text(error) }));
        break;
      // Beside the jobs: a recording that is dropped meanwhile does not wait for it to be read.
      case 'prepare': void this.queue.then(() => this.prepare()); break;
      case 'cancel': this.generation += 1; this.question += 1; post({ type: 'alive' }); break;
      case 'explain': this.explain(message.beat); break;
      case 'second': this.job(message.job, () => this.second(message.name)); break;
      case 'samples': this.sendSamples(message.lead, message.first, message.count); break;
      case 'edit': this.edit(message.edit); break;
      case 'ask': this.asking = message.on; this.sayQuestion(); break;
      case 'export': this.sendExport(message); break;
      case 'open': this.job(message.job, (errors) => this.open(message, errors)); break;
      case 'name_set': this.job(message.job, () => this.nameSet(message.set, message.model)); break;
      case 'choose': this.job(message.job, () => this.choose(message.index, message.lead)); break;
      case 'analyze': this.job(message.job, () => this.analyze(message.lead)); break;
      case 'model':
        this.job(message.job, () => {
          this.modelName = message.name;
          return this.analyze(message.lead);
        });
        break;
      case 'provider':
        this.job(message.job, () => {
          this.choice = message.choice;
          return this.analyze(message.lead);
        });
        break;
    }
  }

  /** Runs after what is running was told to end. */
  private job(job: number, work: (errors: string[]) => Promise<void>): void {
    this.generation += 1;
    const generation = this.generation;
    this.queue = this.queue.then(async () => {
      const errors: string[] = [];
      this.working = true;
      try {
        if (generation !== this.generation) throw new Cancelled();
        this.running = generation;
        await work(errors);
        this.progress('', 1);
        post({ type: 'done', job, errors, memory: this.core!.size() });
      } catch (error) {
        this.progress('', 1);
        const cancelled = error instanceof Cancelled;
        if (!cancelled) errors.push(text(error));
        if (isFatal(error)) throw error;
        // What is on screen is what the core holds, however far the job came.
        if (this.core && this.engine.recording() !== '') this.sendBeats();
        post({ type: 'failed', job, errors, cancelled, needs_sampling_rate: error instanceof NeedsSamplingRate,
          memory: this.core?.size() ?? 0 });
      }
      this.working = false;
      if (this.changed) this.sendFindings();
    }).catch(end);
  }
  private running = 0;
  private working = false;
  /** A person's change whose findings are still to come. */
  private changed = false;

  /** Lets messages in; throws if one of them ended this job. */
  private async breathe(): Promise<void> {
    const now = performance.now();
    if (now - this.lastPause > 8) {
      await new Promise<void>((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => { port1.close(); resolve(); };
        port2.postMessage(0);
      });
      this.lastPause = performance.now();
    }
    if (this.running !== this.generation) throw new Cancelled();
  }

  private progress(stage: string, fraction: number): void {
    post({ type: 'message', message: { type: 'progress', stage, fraction } });
  }

  private get engine() {
    return this.core!.engine;
  }

  private async start(message: { base: string; provider: ProviderChoice; model: string; lock: string }): Promise<void> {
    // Held as long as this worker lives, whatever ends it: so the page learns of its end.
    await new Promise<void>((held) => {
      if (!navigator.locks) { held(); return; }
      void navigator.locks.request(message.lock, () => { held(); return new Promise(() => undefined); });
    });
    this.base = message.base;
    this.choice = message.provider;
    this.runtime = new Runtime(this.base);
    this.core = await loadCore();
    const list = await fetch(new URL('models/index.json', this.base))
      .then((response) => response.json() as Promise<{ models: (ModelEntry & { file: string })[]; rhythm: string | null }>)
      .catch(() => ({ models: [], rhythm: null }));  // A model can still be dropped.
    this.models = list.models.map(({ name, title, group, twin, training_records, file }) => ({
      name, title, group, twin, training_records, url: new URL(`models/${file}`, this.base).href,
    }));
    if (list.rhythm) {
      const url = new URL(`models/${list.rhythm}`, this.base).href;
      this.rhythmModel = { name: list.rhythm.replace(/\.onnx$/i, ''), title: '', group: '', twin: '', training_records: [], url };
    }
    this.modelName = this.models.some((m) => m.name === message.model)
      ? message.model : (this.models[0]?.name ?? '');
    this.sendModels();
    post({ type: 'ready' });
  }

  /** Opens the network ahead of the first recording. What fails here fails again, and is told, then. */
  private async prepare(): Promise<void> {
    const model = this.models.find((m) => m.name === this.modelName);
    if (model && !this.network) await this.openNetwork(model).catch(() => undefined);
  }

  private sendModel(): void {
    post({ type: 'message', message: JSON.parse(this.engine.model()) as ModelInfo });
  }

  private sendModels(): void {
    const list = this.models.map(({ name, title, group, twin, training_records }) => ({ name, title, group, twin, training_records }));
    post({ type: 'message', message: { type: 'models', names: list.map(({ name }) => name), list, current: this.modelName } });
  }

  // --- files -----------------------------------------------------------------------------------

  private async open(message: OpenMessage, errors: string[]): Promise<void> {
    this.choice = message.provider;
    const models = message.files.filter((file) => isModel(file.name));
    const sessions = message.files.filter((file) => isSession(file.name));
    const files = message.files.filter((file) => !isModel(file.name) && !isSession(file.name));
    for (const { name, data } of models) {
      const bytes = new Uint8Array(await data.arrayBuffer());
      const short = name.split('/').pop()!;
      const probe = this.core!.another();
      const wrong = probe.useModel(bytes, short);
      const card = wrong ? null : (JSON.parse(probe.model()) as ModelInfo);
      probe.delete();
      if (wrong) { errors.push(wrong); continue; }
      this.progress(`Trying ${short}`, -1);
      const unfit = await this.tryOut(bytes, short);
      await this.breathe();
      if (unfit) { errors.push(unfit); continue; }
      const own = short.replace(/\.onnx$/i, '');
      this.models = [...this.models.filter((m) => m.name !== own), { name: own, title: card?.title || 'your own', group: 'Your own',
        twin: card?.twin ?? '', training_records: card?.training_records ?? [], bytes: Promise.resolve(bytes) }];
      this.modelName = own;
      this.sendModels();
    }
    if (message.model) {
      if (!this.models.some((m) => m.name === message.model)) {
        throw new Error(`There is no model named ${message.model}.`);
      }
      this.modelName = message.model;
    }
    if (files.length > 0) {
      await this.readFiles(files, message.sampling_rate);
      const opened = JSON.parse(this.engine.openFiles(message.sampling_rate)) as { recordings: RecordingEntry[]; beat_sets: BeatSetEntry[]; errors: string[]; needs_sampling_rate: boolean };
      errors.push(...opened.errors);
      if (opened.recordings.length === 0 && opened.beat_sets.length > 0) {
        if (message.quiet) return;
        this.sendFound(this.entries, opened.beat_sets, opened.beat_sets.length, this.current);
        await this.nameSet(0, '');
        return;
      }
      if (opened.recordings.length === 0) {
        if (errors.length === 0) errors.push('No recording was found in these files.');
        if (opened.needs_sampling_rate) throw new NeedsSamplingRate(errors.pop());
        throw new Error(errors.pop());
      }
      const index = Math.min(message.index, opened.recordings.length - 1);
      await this.keeping;  // what is still to be written is of the recording before
      if (message.quiet) {
        this.engine.choose(index);
        await this.restoreReview(message.review);
        if (!message.analyze) {  // there are no beats any more
          post({ type: 'message', message: { type: 'outdated' } });
          this.sendBeats();
        }
      } else {
        this.sendFound(opened.recordings, opened.beat_sets, opened.recordings.length + opened.beat_sets.length, index);
        await this.breathe();
        this.show(index);
        await this.restoreReview();
      }
    }
    // Models only, and none of them usable.
    if (files.length === 0 && errors.length > 0) throw new Error(errors.pop());
    if (message.analyze && (files.length > 0 || models.length > 0)) await this.analyze(message.lead);
    for (const { name, data } of sessions) {
      const wrong = this.engine.openSession(await data.text(), name);
      if (wrong) throw new Error(wrong);
      this.sendReview();
    }
  }

  /** Whether a person's network does what its card says: what is wrong, with what was expected. */
  private async tryOut(bytes: Uint8Array<ArrayBuffer>, file: string): Promise<string> {
    try {
      const probe = this.probe(bytes, file);
      const { network } = await this.runtime!.open(bytes, file, 'wasm', () => probe);
      try {
        probe.probabilities(await network.run(probe.inputs, probe.output));
      } catch (error) {
        const given = probe.inputs.map(({ name, shape }) => `"${name}" [${shape.join(', ')}]`).join(', ');
        // Of the runtime's words only what is wrong.
        const why = text(error).replace(/^.*ERROR_MESSAGE:\s*/s, '').replace(/\s*Please fix.*$/s, '').replace(/\s+/g, ' ');
        return `${file}: its network is not what its card says. It was given ${given}: ${why}`;
      } finally {
        await network.release().catch(() => undefined);
      }
      return '';
    } catch (error) {
      return `${file}: it cannot be used: ${text(error)}`;
    }
  }

  /** The recordings that can be chosen, and the one in use. */
  private entries: RecordingEntry[] = [];
  private current = 0;

  private sendFound(entries: RecordingEntry[], sets: BeatSetEntry[], fresh: number, current: number): void {
    this.entries = entries;
    this.current = current;
    const names = [...entries, ...sets].map((entry) => entry.name);
    post({ type: 'recordings', names, entries, sets, fresh, current });
  }

  /** A set of beats of the last files: named by the model that the person wants, else by the one in
   * use if it takes such beats, else by the most trustworthy that does; and shown. */
  private async nameSet(index: number, wanted: string): Promise<void> {
    const { engine } = this;
    if (!engine.chooseSet(index)) throw new Error(`There is no set of beats number ${index + 1}.`);
    this.progress('Looking for models of such beats', -1);
    const fitting: { model: ModelFile; worth: number }[] = [];
    let not_named = '';
    const start = async (model: ModelFile) => engine.startSet(await this.modelBytes(model), `${model.name}.onnx`);
    for (const model of this.models) {
      const why = await start(model).catch(text);
      await this.breathe();
      if (!why) fitting.push({ model, worth: engine.setModelWorth() });
      else if (!not_named || model.name === this.modelName) not_named = why;
    }
    fitting.sort((a, b) => b.worth - a.worth);
    const named = (name: string) => fitting.find(({ model }) => model.name === name);
    const model = (named(wanted) ?? named(this.modelName) ?? fitting[0])?.model;
    if (model) {
      const why = await start(model);
      if (why) throw new Error(why);
      const { network } = await this.openNetwork(model);
      const { labels } = JSON.parse(engine.beatSet()) as { labels: number[] };
      for (let done = 0; ;) {
        const batch = engine.nextSetBatch(batchSize);
        if (!batch) break;
        const wrong = engine.acceptSet(await network.run(batch.inputs, engine.setOutputName()));
        if (wrong) throw new Error(wrong);
        done += batch.kept;
        this.progress('Naming beats', done / Math.max(1, labels.length));
        await this.breathe();
      }
    }
    const values = engine.beatSetValues();
    const set = {
      ...JSON.parse(engine.beatSet()), values, index, models: fitting.map((fit) => fit.model.name),
      // The person knows models by the names of the list.
      ...(model ? { model: model.name } : { not_named }),
    };
    post({ type: 'beat_set', set }, [values.buffer]);
  }

  /** Straight from the files into the core's memory: the bytes are held once. Large files are not
   * held at all: the core asks for one piece after the other. */
  private async readFiles(files: InputFile[], samplingRate: number): Promise<void> {
    const engine = this.engine;
    const large = files.filter((file) => file.data.size >= largeFile);
    const small = files.filter((file) => file.data.size < largeFile);
    const total = small.reduce((sum, file) => sum + file.data.size, 0);
    let read = 0;
    engine.forgetFiles();
    try {
      for (const { name, data } of large) {
        const reader = new FileReaderSync();
        engine.addSource(name, data.size, (offset, count) => {
          try {
            return new Uint8Array(reader.readAsArrayBuffer(data.slice(offset, offset + count)));
          } catch {
            return null;
          }
        });
      }
      for (const { name, data } of small) {
        const address = engine.addFile(name, data.size);
        if (address === 0 && data.size > 0) {
          throw new Error(`There is not enough memory to read ${name} (${Math.ceil(data.size / 2 ** 20)} MB).`);
        }
        let at = 0;
        const reader = data.stream().getReader();
        for (;;) {
          const { done, value } = await reader.read().catch((error: unknown) => {
            throw new Error(`${name} could not be read: ${text(error)}`);
          });
          if (done) break;
          const room = Math.min(value.length, data.size - at);
          this.core!.memory(address + at, room).set(value.subarray(0, room));
          at += room;
          read += room;
          this.progress(`Reading ${name}`, total > 0 ? read / total : -1);
          await this.breathe();
        }
        if (at < data.size) throw new Error(`${name} changed while it was read.`);
      }
      if (large.length > 0) {
        while (!engine.readSome(samplingRate)) {
          this.progress(`Reading ${large[0]!.name}`, engine.readProgress());
          await this.breathe();
        }
      }
    } catch (error) {
      engine.forgetFiles();
      throw error;
    }
  }

  private async choose(index: number, lead: string): Promise<void> {
    this.current = index;
    await this.keeping;
    this.show(index);
    await this.restoreReview();
    await this.analyze(lead);
  }

  /** Puts a recording in front of the person: everything that needs no computing. */
  private show(index: number): void {
    const engine = this.engine;
    this.changed = false;
    this.known = false;
    this.asking = false;
    if (!engine.choose(index)) throw new Error(`There is no recording number ${index + 1}.`);
    const recording = JSON.parse(engine.recording());
    post({ type: 'message', message: recording });
    post({ type: 'facts', facts: JSON.parse(engine.info()) });
    for (let lead = 0; lead < recording.leads.length; ++lead) {
      for (let level = 0; level < engine.levelCount(lead); ++level) {
        const min_max = engine.level(lead, level);
        post({ type: 'level', lead, samples_per_bin: engine.levelSamplesPerBin(lead, level), min_max },
          [min_max.buffer]);
      }
    }
    const sample = engine.referenceSamples();
    const aami = engine.referenceClasses();
    post({ type: 'reference', sample, aami }, [sample.buffer, aami.buffer]);
    this.sendBeats();
  }

  private sendSamples(lead: number, first: number, count: number): void {
    if (!this.core) return;
    const start = Math.max(0, Math.floor(first));
    const mv = this.engine.samples(lead, start, count);
    post({ type: 'samples', lead, first: start, mv }, [mv.buffer]);
  }

  private sendBeats(): void {
    const engine = this.engine;
    const { sample, label, probabilities, person, doubtful } = engine.beats();
    const beats = { sample, label, probabilities, classes: engine.classes(), person, doubtful };
    post({ type: 'beats', beats }, [sample, label, probabilities, person, doubtful].map((array) => array.buffer));
  }

  private sendExport({ id, kind, strips }: { id: number; kind: string; strips: number[] }): void {
    const engine = this.core?.engine;
    if (!engine || engine.recording() === '') { post({ type: 'exported', id, file: null }); return; }
    const made = engine.file(kind, strips);
    if (typeof made === 'string') { post({ type: 'exported', id, file: null, error: made }); return; }
    post({ type: 'exported', id, file: { name: engine.fileName(kind), bytes: made } },
      [made.buffer]);
  }

  // --- review ----------------------------------------------------------------------------------

  private edit(edit: Edit): void {
    if (!this.core) return;
    const wrong = this.engine.edit(JSON.stringify(edit));
    if (wrong) post({ type: 'message', message: { type: 'notice', text: wrong } });
    else this.sendReview();
  }

  /** After a change: the beats, what they mean, and the copy in the browser's storage. */
  private sendReview(): void {
    this.tellReview();
    this.keep();
  }

  private tellReview(): void {
    this.sendBeats();
    this.say(this.engine.edits());
    this.sendSummary();
    this.sayQuestion();
    // Changes that follow each other quickly are looked at together.
    this.changed = true;
    clearTimeout(this.lookAgain);
    this.lookAgain = setTimeout(() => { if (this.changed && !this.working) this.sendFindings(); }, 40);
  }

  /** A person answers questions. */
  private asking = false;
  private sayQuestion(): void {
    if (this.asking && this.core && this.known) this.say(this.engine.question());
  }
  private lookAgain: ReturnType<typeof setTimeout> | undefined;

  /** After a change; groups stay where no beat came, went or moved. */
  private sendFindings(): void {
    const { engine } = this;
    this.changed = false;
    if (engine.recording() === '' || !this.known) return;
    this.sendRhythm();
    if (!engine.findClusters()) return;
    this.say(engine.clusters());
    for (let cluster = 0; cluster < engine.clusterCount(); ++cluster) this.sendDensity(cluster);
  }

  /** Changes that come while one is being written are written together. */
  private keep(): void {
    const session = this.engine.session();
    post({ type: 'review', session });
    this.unkept = true;
    if (!this.storageFailed) this.sayStorage('writing');
    this.inTurn(async () => {
      while (this.unkept) {
        this.unkept = false;
        const fingerprint = this.engine.fingerprint();
        const mine = this.engine.session();
        const result = await keepReview(fingerprint, mine, this.baseReview?.version ?? null);
        if (this.engine.fingerprint() !== fingerprint) return;  // another recording meanwhile
        if ('version' in result) {
          this.baseReview = { session: mine, version: result.version };
          this.tabs?.postMessage({ fingerprint, version: result.version } satisfies Written);
        } else {
          this.join(result.other);
        }
      }
      this.storageFailed = false;
      this.sayStorage('kept');
    });
  }

  /** Reading and writing of the kept review, one after the other. */
  private inTurn(work: () => Promise<void>): void {
    this.keeping = this.keeping.then(work).catch((error: unknown) => {
      if (isFatal(error)) { end(error); return; }
      this.sayStorage('refused');
      if (this.storageFailed) return;
      this.storageFailed = true;
      post({ type: 'message', message: { type: 'error',
        text: `This browser does not keep the review (${text(error)}). Save it as a session file.` } });
    });
  }
  private keeping: Promise<void> = Promise.resolve();
  private unkept = false;
  private storageFailed = false;
  /** Changes of an earlier visit are here again, and the person was not told yet. */
  private restored = false;
  /** The kept review as it was last read or written here. */
  private baseReview: KeptReview | null = null;

  private sayStorage(state: 'writing' | 'kept' | 'refused'): void {
    post({ type: 'message', message: { type: 'storage', state } });
  }

  private readonly tabs = this.listenToTabs();
  private toldOfTabs = false;

  private listenToTabs(): BroadcastChannel | null {
    if (typeof BroadcastChannel === 'undefined') return null;
    const channel = new BroadcastChannel('telltale.reviews');
    channel.onmessage = (event: MessageEvent<Written>) => {
      const { fingerprint, version } = event.data;
      if (!this.core || this.engine.recording() === '' || this.engine.fingerprint() !== fingerprint) return;
      this.inTurn(async () => {
        if (this.baseReview?.version === version) return;
        const other = await keptReview(fingerprint);
        if (other && this.engine.fingerprint() === fingerprint && other.version !== this.baseReview?.version) this.join(other);
      });
    };
    return channel;
  }

  /** Another tab changed the review of this recording: its changes and those made here are both kept. */
  private join(other: KeptReview): void {
    const mine = this.engine.session();
    const joined = joinReviews(this.baseReview?.session ?? '', mine, other.session);
    this.baseReview = other;
    const wrong = this.engine.adoptSession(joined, 'the review of another tab');
    if (wrong) throw new Error(wrong);
    if (!this.toldOfTabs) {
      this.toldOfTabs = true;
      post({ type: 'message', message: { type: 'notice',
        text: 'This recording is open in another tab too. Changes made there and here are joined.' } });
    }
    if (!sameReview(joined, other.session)) this.unkept = true;
    this.tellReview();
    if (this.unkept) this.keep();
  }

  /** The review of the recording that was just taken into use: the one given, or that which the browser kept. */
  private async restoreReview(given = ''): Promise<void> {
    const fingerprint = this.engine.fingerprint();
    this.baseReview = null;
    this.restored = false;
    this.toldOfTabs = false;
    this.unkept = false;
    const kept = await keptReview(fingerprint).catch(() => null);
    if (this.engine.fingerprint() !== fingerprint) return;
    this.baseReview = kept;
    const session = given || kept?.session;
    if (session) {
      const wrong = this.engine.openSession(session, 'the review in this browser');
      if (wrong) post({ type: 'message', message: { type: 'notice', text: wrong } });
      else {
        post({ type: 'review', session });
        this.restored = given === '' && (JSON.parse(this.engine.edits()) as EditsInfo).count > 0;
      }
    }
    this.say(this.engine.edits());
    if (given && kept?.session !== given) this.keep();
    else if (kept) this.sayStorage('kept');
  }

  // --- second opinion, and why -----------------------------------------------------------------

  private async second(name: string): Promise<void> {
    const { engine } = this;
    engine.dropSecond();
    post({ type: 'message', message: { type: 'second', name: '' } });
    if (name === '') return;
    const model = this.models.find((m) => m.name === name);
    if (!model) throw new Error(`There is no model named ${name}.`);
    const stage = `Asking ${name}`;
    this.progress(stage, -1);
    const bytes = await this.modelBytes(model);
    const wrong = engine.useSecond(bytes, `${name}.onnx`);
    if (wrong) throw new Error(wrong);
    await this.breathe();
    const { network } = await this.runtime!.open(bytes, name, 'wasm', () => this.probe(bytes, name));
    try {
      const output = engine.secondOutputName();
      let done = 0;
      const beats = engine.beats().sample.length;
      for (;;) {
        const batch = engine.nextSecondBatch(batchSize);
        if (!batch) break;
        const refused = engine.acceptSecond(await network.run(batch.inputs, output));
        if (refused) throw new Error(refused);
        done += batch.kept;
        this.progress(stage, beats > 0 ? done / beats : -1);
        await this.breathe();
      }
      const said = JSON.parse(engine.second()) as SecondInfo;
      // The person knows models by the names of the list.
      post({ type: 'message', message: { ...said, name } });
    } finally {
      await network.release().catch(() => undefined);
    }
  }

  private question = 0;

  /** Between the jobs, since the network answers one at a time. */
  private explain(beat: number): void {
    const question = ++this.question;
    this.queue = this.queue.then(async () => {
      const model = this.models.find((m) => m.name === this.modelName);
      if (question !== this.question || !model) return;
      const batch = this.engine.explain(beat);
      if (typeof batch === 'string') throw new Error(batch);
      // A set of beats may have had another network opened meanwhile.
      const { network } = await this.openNetwork(model);
      // Variants of sequences may be many rows: they go through the network as they are.
      const output = await network.run(batch.inputs, this.engine.outputName());
      if (question !== this.question) return;
      const said = this.engine.explained(output);
      if (typeof said === 'string') throw new Error(said);
      this.say(said.json);
    }).catch((error: unknown) => {
      if (isFatal(error)) end(error);
      else post({ type: 'message', message: { type: 'notice', text: text(error) } });
    });
  }

  // --- analysis --------------------------------------------------------------------------------

  private modelBytes(model: ModelFile): Promise<Uint8Array<ArrayBuffer>> {
    if (!model.bytes) {
      model.bytes = (async () => {
        const response = await fetch(model.url!);
        if (!response.ok) throw new Error(`the model ${model.name} did not load (${response.status})`);
        return new Uint8Array(await response.arrayBuffer());
      })();
      model.bytes.catch(() => { delete model.bytes; });
    }
    return model.bytes;
  }

  private async analyze(lead: string): Promise<void> {
    const engine = this.engine;
    const started = performance.now();
    const model = this.models.find((m) => m.name === this.modelName);
    if (!model) throw new Error('No model is there to name beats with. Drop an .onnx file.');
    this.progress('Loading the model', -1);
    const unusable = engine.useModel(await this.modelBytes(model), `${model.name}.onnx`);
    if (unusable) throw new Error(unusable);
    await this.breathe();
    this.sendModels();
    // What was found before is of other beats, or of other names.
    this.known = false;
    post({ type: 'message', message: { type: 'outdated' } });
    if (engine.recording() === '') {
      await this.openNetwork(model);
      this.sendModel();
      post({ type: 'message', message: { type: 'notice', text: `The model ${model.name} is ready.` } });
      return;
    }
    const wrong = engine.start(lead);
    if (wrong) throw new Error(wrong);
    this.sendModel();

    this.progress('Finding beats', 0);
    while (!engine.detectSome()) {
      this.progress('Finding beats', engine.detectionProgress());
      await this.breathe();
    }
    this.sendBeats();
    await this.breathe();
    this.progress('Loading the network', -1);
    const chosen = await this.openNetwork(model);
    await this.breathe();
    await this.classify(chosen);
    this.sendBeats();
    this.warn(JSON.parse(engine.warnings()) as string[]);
    this.known = true;
    this.sayQuestion();
    this.seconds = (performance.now() - started) / 1000;
    this.sendSummary();
    this.say(engine.edits());
    await this.findings();
    if (!this.restored) return;
    this.restored = false;
    const { count, in_words } = JSON.parse(engine.edits()) as EditsInfo;
    if (count > 0) post({ type: 'message', message: { type: 'notice', text: `Your earlier changes to this recording are here again: ${in_words}.` } });
  }
  /** All beats are named. */
  private known = false;
  private seconds = 0;

  /** What the reader of the results should know: it stays with them. */
  private warn(texts: string[]): void {
    this.warned = texts;
    post({ type: 'message', message: { type: 'warnings', texts } });
    for (const text of texts) post({ type: 'message', message: { type: 'notice', text } });
  }
  private warned: string[] = [];

  private sendSummary(): void {
    if (!this.known) return;
    const summary = JSON.parse(this.engine.summary());
    post({ type: 'message', message: { ...summary, seconds: this.seconds } });
  }

  /** What the beats mean, one part after the other: between them what is new is heard. */
  private async findings(): Promise<void> {
    const engine = this.engine;
    this.progress('Judging the signal', -1);
    await this.breathe();
    while (!engine.assessSome()) await this.breathe();
    this.say(engine.quality());
    await this.nameRhythm();
    this.progress('Reading the rhythm', -1);
    await this.breathe();
    this.sendRhythm();
    this.progress('Grouping the beats by shape', -1);
    await this.breathe();
    engine.findClusters();
    this.say(engine.clusters());
    for (let cluster = 0; cluster < engine.clusterCount(); ++cluster) {
      await this.breathe();
      this.sendDensity(cluster);
    }
  }

  /** Which rhythm holds when. Without it all else is told as before, and why it is missing. */
  private async nameRhythm(): Promise<void> {
    const { engine, rhythmModel } = this;
    if (!rhythmModel) return;
    const stage = 'Naming the rhythm';
    this.progress(stage, -1);
    try {
      const bytes = await this.modelBytes(rhythmModel);
      await this.breathe();
      const wrong = engine.startRhythm(bytes, `${rhythmModel.name}.onnx`);
      if (wrong) throw new Error(wrong);
      const output = engine.rhythmOutputName();
      if (output !== '') {  // else it is known of these beats already
        const { network } = await this.openRhythmNetwork(bytes, rhythmModel.name);
        for (;;) {
          await this.breathe();
          const batch = engine.nextRhythmBatch();
          if (!batch) break;
          const refused = engine.acceptRhythm(await network.run(batch.inputs, output));
          if (refused) throw new Error(refused);
          this.progress(stage, engine.rhythmProgress());
        }
      }
    } catch (error) {
      if (error instanceof Cancelled || isFatal(error)) throw error;
      this.warn([...this.warned, `The rhythm is not judged: ${text(error)}`]);
      return;
    }
    // In flutter and fibrillation beats have no class any more.
    this.sendBeats();
    this.sendSummary();
  }

  /** On the provider that names the beats. */
  private async openRhythmNetwork(bytes: Uint8Array<ArrayBuffer>, name: string): Promise<Chosen> {
    const model = this.models.find((m) => m.name === this.modelName)!;
    const { network: { provider } } = await this.openNetwork(model);
    const previous = this.rhythmNetwork;
    if (previous?.provider === provider) return previous.chosen;
    await previous?.chosen.then(({ network }) => network.release()).catch(() => undefined);
    const beats = await this.modelBytes(model);
    const chosen = this.runtime!.open(bytes, name, provider, () => this.rhythmProbe(bytes, name, beats, model.name));
    this.rhythmNetwork = { provider, chosen };
    chosen.catch(() => { if (this.rhythmNetwork?.chosen === chosen) this.rhythmNetwork = null; });
    return chosen;
  }

  /** Seconds of a synthetic recording, whose beats are found as a beat model's card says. */
  private rhythmProbe(onnx: Uint8Array, name: string, beats: Uint8Array, beatsName: string): Probe {
    const engine = this.core!.another();
    try {
      engine.useSynthetic(30);
      const wrong = engine.useModel(beats, beatsName) || engine.start('');
      if (wrong) throw new Error(wrong);
      while (!engine.detectSome());
      const refused = engine.startRhythm(onnx, name);
      if (refused) throw new Error(refused);
      const output = engine.rhythmOutputName();
      const batch = engine.nextRhythmBatch();
      if (!batch) throw new Error('the self-test recording gave no seconds');
      return { ...batch, output, probabilities: (values) => shares(values, values.length / batch.beats) };
    } finally {
      engine.delete();
    }
  }

  private sendRhythm(): void {
    const { engine } = this;
    const wrong = engine.findRhythm();
    if (wrong) { post({ type: 'message', message: { type: 'notice', text: wrong } }); return; }
    this.say(engine.rhythm());
    this.say(engine.comparison());
  }

  private sendDensity(cluster: number): void {
    const density = this.engine.clusterDensity(cluster);
    post({ type: 'cluster_density', cluster, density }, [density.counts.buffer]);
  }

  /** A message that the core wrote; nothing where it had nothing to say. */
  private say(json: string): void {
    if (json) post({ type: 'message', message: JSON.parse(json) });
  }

  private async classify({ network, available, note }: Chosen): Promise<void> {
    const engine = this.engine;
    const started = performance.now();
    const output = engine.outputName();
    let done = 0;
    this.progress('Naming beats', 0);
    for (;;) {
      const batch = engine.nextBatch(batchSize);
      if (!batch) break;
      const wrong = engine.accept(await network.run(batch.inputs, output));
      if (wrong) throw new Error(wrong);
      done += batch.kept;
      this.progress('Naming beats', engine.classificationProgress());
      await this.breathe();
    }
    if (done > 0) this.beatsPerSecond = done / ((performance.now() - started) / 1000);
    this.sendProvider({ network, available, note });
  }

  private sendProvider({ network, available, note }: Pick<Chosen, 'network' | 'available' | 'note'>): void {
    post({ type: 'message', message: {
      type: 'provider', current: network.provider, choice: this.choice, available, note,
      beats_per_second: Math.round(this.beatsPerSecond) } });
  }

  private openNetwork(model: ModelFile): Promise<Chosen> {
    const previous = this.network;
    if (previous?.model === model && previous.choice === this.choice) return previous.chosen;
    const { choice } = this;
    const chosen = (async () => {
      await previous?.chosen.then(({ network }) => network.release()).catch(() => undefined);
      const bytes = await this.modelBytes(model);
      const opened = await this.runtime!.open(bytes, model.name, choice, () => this.probe(bytes, model.name));
      if (opened.test) post({ type: 'self_test', result: opened.test });
      this.sendProvider(opened);
      return opened;
    })();
    this.network = { model, choice, chosen };
    chosen.catch(() => { if (this.network?.chosen === chosen) this.network = null; });
    return chosen;
  }

  /** A few beats of a synthetic recording, prepared as the model's card says. */
  private probe(onnx: Uint8Array, name: string): Probe {
    const open = () => {
      const engine = this.core!.another();
      engine.useSynthetic(12);
      const wrong = engine.useModel(onnx, name) || engine.start('');
      if (wrong) { engine.delete(); throw new Error(wrong); }
      while (!engine.detectSome());
      const batch = engine.nextBatch(batchSize);
      if (!batch) { engine.delete(); throw new Error('the self-test recording gave no beats'); }
      return { engine, batch };
    };
    const { engine, batch } = open();
    const output = engine.outputName();
    engine.delete();
    return {
      ...batch,
      output,
      probabilities: (values) => {
        const { engine } = open();
        const wrong = engine.accept(values);
        const { probabilities } = engine.beats();
        engine.delete();
        if (wrong) throw new Error(wrong);
        return probabilities;
      },
    };
  }
}

const worker = new Worker();
scope.onmessage = (event) => worker.receive(event.data);
