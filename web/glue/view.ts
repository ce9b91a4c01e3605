// The window: app.wasm on the canvas. Turns the worker's messages into calls of its C functions,
// its commands into calls here, and the browser's events into what it understands.
import createApp from '@app/app.mjs';
import appWasm from '@app/app.wasm?url';
import type { Command, Message, WindowRequest, WindowState } from './protocol';
import type { Beats, FromWorker } from './worker_messages';

interface AppModule {
  HEAPU8: Uint8Array;
  _malloc(bytes: number): number;
  _free(address: number): void;
  _telltale_event(json: number): void;
  _telltale_frame(): void;
  _telltale_level(lead: number, samplesPerBin: number, minMax: number, bins: number): void;
  _telltale_samples(lead: number, first: number, mv: number, count: number): void;
  _telltale_beats(sample: number, label: number, probabilities: number, person: number, doubtful: number, beats: number, classes: number): void;
  _telltale_state(): number;
  _telltale_cluster(
    cluster: number, counts: number, columns: number, rows: number, low: number, high: number, first: number, last: number): void;
  _telltale_reference(sample: number, aami: number, beats: number): void;
}

export function hasWebGl2(): boolean {
  try {
    return document.createElement('canvas').getContext('webgl2') !== null;
  } catch {
    return false;
  }
}

export class View {
  private module: AppModule | null = null;
  /** What happened before the window was there. */
  private waiting: (() => void)[] = [];

  constructor(private readonly canvas: HTMLCanvasElement, private readonly onCommand: (command: Command) => void) {}

  async load(): Promise<void> {
    this.module = (await createApp({
      canvas: this.canvas,
      locateFile: (path: string) => (path.endsWith('.wasm') ? appWasm : path),
      onCommand: (json: string) => this.onCommand(JSON.parse(json) as Command),
    })) as AppModule;
    for (const call of this.waiting.splice(0)) call();
  }

  /** What the window shows and what in it can be pressed; null before it is there. */
  state(): WindowState | null {
    if (!this.module) return null;
    const address = this.module._telltale_state() >>> 0;
    const heap = this.module.HEAPU8;
    return JSON.parse(new TextDecoder().decode(heap.slice(address, heap.indexOf(0, address)))) as WindowState;
  }

  /** What is on screen as PNG; null before the window is there. */
  async picture(): Promise<Blob | null> {
    // Asked for by a menu, which is still being drawn, and gone two frames later.
    for (let frame = 0; frame < 3; ++frame) await new Promise((done) => { requestAnimationFrame(done); });
    if (!this.module) return null;
    // What is drawn is lost once the browser has shown it: drawn anew, and taken at once.
    this.module._telltale_frame();
    return new Promise((done) => { this.canvas.toBlob(done, 'image/png'); });
  }

  event(message: Message | WindowRequest): void {
    this.call((app) => {
      const text = new TextEncoder().encode(JSON.stringify(message) + '\0');
      this.with(app, [text], ([json]) => app._telltale_event(json!));
    });
  }

  receive(message: FromWorker): void {
    switch (message.type) {
      case 'message': if (message.message.type !== 'facts') this.event(message.message); break;
      case 'level':
        this.call((app) => this.with(app, [message.min_max], ([minMax]) => app._telltale_level(
          message.lead, message.samples_per_bin, minMax!, message.min_max.length / 2)));
        break;
      case 'samples':
        this.call((app) => this.with(app, [message.mv], ([mv]) => app._telltale_samples(
          message.lead, message.first, mv!, message.mv.length)));
        break;
      case 'beats': this.beats(message.beats); break;
      case 'cluster_density': {
        const { columns, rows, low, high, first_s, last_s, counts } = message.density;
        this.call((app) => this.with(app, [counts], ([address]) =>
          app._telltale_cluster(message.cluster, address!, columns, rows, low, high, first_s, last_s)));
        break;
      }
      case 'reference':
        this.call((app) => this.with(app, [message.sample, message.aami], ([sample, aami]) =>
          app._telltale_reference(sample!, aami!, message.sample.length)));
        break;
    }
  }

  private beats(beats: Beats): void {
    this.call((app) => this.with(app, [beats.sample, beats.label, beats.probabilities, beats.person, beats.doubtful],
      ([sample, label, probabilities, person, doubtful]) => app._telltale_beats(
        sample!, label!, probabilities!, person!, doubtful!, beats.sample.length, beats.classes)));
  }

  private call(work: (app: AppModule) => void): void {
    if (this.module) work(this.module);
    else this.waiting.push(() => work(this.module!));
  }

  /** Lends arrays to the window for the time of one call. */
  private with(app: AppModule, arrays: ArrayBufferView[], work: (addresses: number[]) => void): void {
    const addresses = arrays.map((array) => {
      const address = app._malloc(Math.max(1, array.byteLength)) >>> 0;
      if (address === 0) throw new Error('The window ran out of memory.');
      app.HEAPU8.set(new Uint8Array(array.buffer, array.byteOffset, array.byteLength), address);
      return address;
    });
    try {
      work(addresses);
    } finally {
      for (const address of addresses) app._free(address);
    }
  }
}
