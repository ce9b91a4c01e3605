// The page's worker: a host of the workflow in core.wasm. It reads files into the core, fetches
// models, runs networks with ONNX Runtime Web, keeps the review in the browser, and passes on what
// the workflow tells. What follows what, and what is said of it, is the workflow's.
import { loadCore, type Core, type Step, type Workflow } from './core';
import { ReviewKeeper } from './keeper';
import type { BeatSetFacts, Message, ModelEntry } from './protocol';
import { Models, Networks } from './networks';
import type { FromWorker, InputFile, OpenMessage, ToWorker } from './worker_messages';

/** Files of this many bytes and more are read in pieces. */
const largeFile = 64 * 2 ** 20;

const scope = self as unknown as {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
};
const post = (message: FromWorker, transfer: Transferable[] = []) => scope.postMessage(message, transfer);
const say = (message: Message) => post({ type: 'message', message });

/** Of a runtime's words only what is wrong. */
const text = (error: unknown) => (error instanceof Error ? error.message : String(error))
  .replace(/^.*ERROR_MESSAGE:\s*/s, '').replace(/\s*Please fix.*$/s, '').replace(/\s+/g, ' ');

/** Ends the worker for good: the page starts another one. */
function end(error: unknown): void {
  const trap = error instanceof WebAssembly.RuntimeError;
  setTimeout(() => { throw trap ? new Error(`there was probably not enough memory: ${error.message}`) : error; });
}

/** After these the core cannot be trusted any more. */
function fatal(error: unknown): boolean {
  const is = error instanceof WebAssembly.RuntimeError;
  if (is) end(error);
  return is;
}

/** A model as models/index.json names it. */
interface ServedModel {
  file: string;
  /** A part of its fingerprint, by which it is asked for. */
  tag: string;
  sha256: string;
}

const isModel = (name: string) => /\.onnx$/i.test(name);
const isSession = (name: string) => /\.telltale\.json$/i.test(name);
const short = (name: string) => name.split('/').pop()!;

class Worker {
  private readonly models = new Models();
  private readonly networks: Networks;
  private readonly keeper: ReviewKeeper;
  private job: OpenMessage | null = null;
  private driving = false;
  private lastPause = 0;

  private constructor(private readonly core: Core, private readonly base: string) {
    this.networks = new Networks(core, this.models, base, post);
    this.keeper = new ReviewKeeper(core.workflow, post, () => void this.drive(), fatal);
  }

  static async start(message: ToWorker & { type: 'start' }): Promise<Worker> {
    // Held as long as this worker lives, whatever ends it: so the page learns of its end.
    await new Promise<void>((held) => {
      if (!navigator.locks) { held(); return; }
      void navigator.locks.request(message.lock, () => { held(); return new Promise(() => undefined); });
    });
    const worker = new Worker(await loadCore(), message.base);
    worker.networks.choice = message.provider;
    await worker.findModels(message.model);
    return worker;
  }

  private get workflow(): Workflow {
    return this.core.workflow;
  }

  private async findModels(current: string): Promise<void> {
    const list = await fetch(new URL(__MODELS__, this.base))
      .then((response) => response.json() as Promise<{ models: (ModelEntry & ServedModel)[]; rhythm: ServedModel | null; waves: ServedModel | null }>)
      .catch(() => ({ models: [], rhythm: null, waves: null }));  // A model can still be dropped.
    const at = ({ file, tag }: ServedModel) => new URL(`models/${file}?${tag}`, this.base).href;
    for (const model of list.models) this.models.add(model.name, at(model), model.sha256);
    const beside = (model: ServedModel | null): string => {
      const name = model?.file.replace(/\.onnx$/i, '') ?? '';
      if (model) this.models.add(name, at(model), model.sha256);
      return name;
    };
    const wrong = this.workflow.setModels(JSON.stringify(list.models), current, beside(list.rhythm), beside(list.waves));
    if (wrong) throw new Error(wrong);
    await this.drive();
  }

  receive(message: ToWorker): void {
    switch (message.type) {
      case 'start': break;
      case 'prepare': void this.prepare(); break;
      case 'samples': {
        const first = Math.max(0, Math.floor(message.first));
        const mv = this.workflow.samples(message.lead, first, message.count);
        post({ type: 'samples', lead: message.lead, first, mv }, [mv.buffer]);
        break;
      }
      case 'export': this.sendExport(message); break;
      case 'open': this.open(message).catch(end); break;
      case 'provider':
        this.networks.choice = message.choice;
        this.request({ type: 'analyze', job: message.job, lead: message.lead });
        break;
      case 'choose': void this.keeper.settled().then(() => this.request(message)); break;
      case 'cancel':
        this.request(message);
        post({ type: 'alive' });
        break;
      default: this.request(message);
    }
  }

  private request(message: object): void {
    try {
      const wrong = this.workflow.handle(JSON.stringify(message));
      if (wrong) say({ type: 'notice', text: wrong });
      this.pass();
      void this.drive();
    } catch (error) {
      end(error);
    }
  }

  /** Opens the network ahead of the first recording. What fails here fails again, and is told, then. */
  private async prepare(): Promise<void> {
    const model = this.workflow.currentModel();
    if (model) await this.networks.open(model, 'beats').catch(() => undefined);
  }

  private sendExport({ id, kind, strips }: { id: number; kind: string; strips: number[] }): void {
    try {
      const made = this.workflow.file(kind, strips);
      if (made === null) post({ type: 'exported', id, file: null });
      else if (typeof made === 'string') post({ type: 'exported', id, file: null, error: made });
      else post({ type: 'exported', id, file: made }, [made.bytes.buffer]);
    } catch (error) {
      end(error);
    }
  }

  private async open(message: OpenMessage): Promise<void> {
    const sessions: { name: string; text: string }[] = [];
    for (const { name, data } of message.files) if (isSession(name)) sessions.push({ name, text: await data.text() });
    const models = message.files.filter(({ name }) => isModel(name)).map(({ name }) => short(name));
    const recordings = message.files.filter(({ name }) => !isModel(name) && !isSession(name)).length;
    const { job, index, lead, sampling_rate, model, analyze, quiet, review } = message;
    this.job = message;
    this.networks.choice = message.provider;
    this.request({ type: 'open', job, models, recordings, sessions, index, lead, sampling_rate, model, analyze, quiet, review });
  }

  // --- the workflow's steps --------------------------------------------------------------------

  /** Does what is to be done until there is nothing, letting messages in between. */
  private async drive(): Promise<void> {
    if (this.driving) return;
    this.driving = true;
    try {
      for (let step = this.workflow.step(); step; step = this.workflow.step()) {
        if (!this.tell(step)) await this.answer(step, this.workflow.ticket());
        await this.breathe();
      }
    } catch (error) {
      end(error);
    } finally {
      this.driving = false;
    }
  }

  private async breathe(): Promise<void> {
    if (performance.now() - this.lastPause <= 8) return;
    await new Promise<void>((resolve) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => { port1.close(); resolve(); };
      port2.postMessage(0);
    });
    this.lastPause = performance.now();
  }

  /** What is only to be told, now. */
  private pass(): void {
    for (let step = this.workflow.told(); step; step = this.workflow.told()) this.tell(step);
  }

  /** False where it is a question. */
  private tell(step: Step): boolean {
    switch (step.step) {
      case 'working': return true;
      case 'message': this.tellMessage(JSON.parse(step.json) as Message); return true;
      case 'level': {
        const { lead, samples_per_bin, min_max } = step;
        post({ type: 'level', lead, samples_per_bin, min_max }, [min_max.buffer]);
        return true;
      }
      case 'beats': {
        const { step: _, ...beats } = step;
        const { sample, label, probabilities, person, doubtful } = beats;
        post({ type: 'beats', beats }, [sample, label, probabilities, person, doubtful].map((array) => array.buffer));
        return true;
      }
      case 'reference':
        post({ type: 'reference', sample: step.sample, aami: step.aami }, [step.sample.buffer, step.aami.buffer]);
        return true;
      case 'density': {
        const { step: _, cluster, ...density } = step;
        post({ type: 'cluster_density', cluster, density }, [density.counts.buffer]);
        return true;
      }
      case 'beat_set': {
        const set = { ...(JSON.parse(step.json) as BeatSetFacts), values: step.values };
        post({ type: 'beat_set', set }, [set.values.buffer]);
        return true;
      }
      case 'review':
        post({ type: 'review', session: step.session });
        if (step.changed) this.keeper.keep();
        return true;
      case 'model_taken':
        this.models.rename(`file:${step.file}`, step.name);
        return true;
      default: return false;
    }
  }

  private tellMessage(message: Message): void {
    if (message.type === 'done' || message.type === 'failed') {
      this.networks.jobEnded();
      post({ ...message, memory: this.core.size() });
    } else {
      say(message);
    }
  }

  private async answer(step: Step, ticket: number): Promise<void> {
    const { workflow } = this;
    try {
      switch (step.step) {
        case 'files':
          await this.keeper.settled();  // what is still to be written is of the recording before
          workflow.answerText(ticket, await this.readFiles(this.job!.files, ticket));
          break;
        case 'model':
          workflow.answerBytes(ticket, step.of_job ? await this.droppedModel(step.name) : await this.models.bytes(step.name));
          break;
        case 'kept_review': workflow.answerText(ticket, await this.keeper.restore(step.fingerprint, step.given)); break;
        case 'network':
          await this.networks.open(step.model, step.purpose);
          workflow.answerText(ticket, '');
          break;
        case 'run': workflow.answerOutputs(ticket, await this.networks.run(step)); break;
      }
    } catch (error) {
      if (fatal(error)) return;
      workflow.answerProblem(ticket, text(error));
    }
  }

  private async droppedModel(file: string): Promise<Uint8Array<ArrayBuffer>> {
    const { data } = this.job!.files.find(({ name }) => isModel(name) && short(name) === file)!;
    const bytes = new Uint8Array(await data.arrayBuffer());
    this.models.take(`file:${file}`, bytes);
    return bytes;
  }

  /** Straight from the files into the core's memory: the bytes are held once. Large files are not
   * held at all: the core asks for one piece after the other. Gives the first of those. */
  private async readFiles(all: InputFile[], ticket: number): Promise<string> {
    const { workflow } = this;
    const files = all.filter(({ name }) => !isModel(name) && !isSession(name));
    const large = files.filter((file) => file.data.size >= largeFile);
    const small = files.filter((file) => file.data.size < largeFile);
    const total = small.reduce((sum, file) => sum + file.data.size, 0);
    let read = 0;
    workflow.forgetFiles();
    for (const { name, data } of large) {
      const reader = new FileReaderSync();
      workflow.addSource(name, data.size, (offset, count) => {
        try {
          return new Uint8Array(reader.readAsArrayBuffer(data.slice(offset, offset + count)));
        } catch {
          return null;
        }
      });
    }
    for (const { name, data } of small) {
      const address = workflow.addFile(name, data.size);
      if (address === 0 && data.size > 0) {
        throw new Error(`There is not enough memory to read ${name} (${Math.ceil(data.size / 2 ** 20)} MB).`);
      }
      let at = 0;
      const reader = data.stream().getReader();
      for (;;) {
        const { done, value } = await reader.read().catch((error: unknown) => {
          throw new Error(`${name} could not be read: ${text(error)}`);
        });
        if (!workflow.waitsFor(ticket)) return '';  // the room is no longer there
        if (done) break;
        const room = Math.min(value.length, data.size - at);
        this.core.memory(address + at, room).set(value.subarray(0, room));
        at += room;
        read += room;
        workflow.progress(`Reading ${name}`, total > 0 ? read / total : -1);
        this.pass();
        await this.breathe();
        if (!workflow.waitsFor(ticket)) return '';
      }
      if (at < data.size) throw new Error(`${name} changed while it was read.`);
    }
    return large[0]?.name ?? '';
  }
}

/** Messages are taken in turn: those that come before the core is there wait for it. */
let worker: Promise<Worker | null>;
scope.onmessage = ({ data }) => {
  if (data.type === 'start') {
    worker = Worker.start(data).then(
      (started) => { post({ type: 'ready' }); return started; },
      (error: unknown) => { post({ type: 'broken', text: text(error) }); return null; });
    return;
  }
  void worker.then((started) => started?.receive(data));
};
