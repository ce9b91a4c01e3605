// The models' bytes, and their networks: which is open on what, and how fast it names beats.
import type { Core, Purpose, Step, Tensor } from './core';
import { Runtime, type Chosen, type Network, type Probe } from './runtime';
import type { FromWorker, ProviderChoice, ProviderName } from './worker_messages';

/** Hex; null where the browser tells no fingerprints (a page that is not served securely). */
async function sha256(bytes: Uint8Array<ArrayBuffer>): Promise<string | null> {
  const { subtle } = crypto as { subtle?: SubtleCrypto };
  if (!subtle) return null;
  return [...new Uint8Array(await subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Models by name: where they are, and their bytes once they were asked for. */
export class Models {
  private readonly known = new Map<string, { url?: string; print?: string; bytes?: Promise<Uint8Array<ArrayBuffer>> }>();

  /** `print`: the SHA-256 of its bytes. A model with other weights would still answer, and nobody would know. */
  add(name: string, url: string, print: string): void {
    this.known.set(name, { url, print });
  }

  take(name: string, bytes: Uint8Array<ArrayBuffer>): void {
    this.known.set(name, { bytes: Promise.resolve(bytes) });
  }

  rename(from: string, to: string): void {
    this.known.set(to, this.known.get(from)!);
    this.known.delete(from);
  }

  bytes(name: string): Promise<Uint8Array<ArrayBuffer>> {
    const model = this.known.get(name);
    if (!model) return Promise.reject(new Error(`There is no model named ${name}.`));
    if (!model.bytes) {
      const unreachable = () => { throw new Error(`the model ${name} could not be fetched: there is no network, and it was not used before`); };
      model.bytes = fetch(model.url!).catch(unreachable).then(async (response) => {
        if (!response.ok) throw new Error(`the model ${name} did not load (${response.status})`);
        const bytes = new Uint8Array(await response.arrayBuffer());
        const print = await sha256(bytes);
        if (print !== null && print !== model.print) {
          throw new Error(`the model ${name} is not the file that this page was made with: it is damaged, or the page is older than the model. Reload the page`);
        }
        return bytes;
      });
      model.bytes.catch(() => { delete model.bytes; });
    }
    return model.bytes;
  }
}

/** A network that is open or opening. */
interface Opened {
  model: string;
  provider: ProviderName | ProviderChoice;
  chosen: Promise<Chosen>;
}

/** Those that name beats and rhythms and mark waves stay open; of the others one is, as long as the job. */
type Place = 'beats' | 'rhythm' | 'waves' | 'aside';

export class Networks {
  /** By the person, for the network that names beats. */
  choice: ProviderChoice = 'auto';
  private readonly runtime: Runtime;
  private readonly opened = new Map<Place, Opened>();
  private beats: Chosen | null = null;
  /** Beats that were named since the network was opened, and how long that took. */
  private speed = { beats: 0, seconds: 0 };

  constructor(
    private readonly core: Core, private readonly models: Models, base: string,
    private readonly post: (message: FromWorker) => void,
  ) {
    this.runtime = new Runtime(base);
  }

  /** Beats on the provider that the person chose, rhythms and waves on the same; others on WebAssembly. */
  async open(model: string, purpose: Purpose): Promise<Chosen> {
    const place: Place = purpose === 'beats' || purpose === 'set' ? 'beats' : purpose === 'rhythm' || purpose === 'waves' ? purpose : 'aside';
    const provider = place === 'beats' ? this.choice : place === 'aside' ? 'wasm' : (this.beats?.network.provider ?? 'wasm');
    const open = this.opened.get(place);
    if (open && open.model === model && open.provider === provider) return open.chosen;
    const chosen = (async () => {
      await this.release(open);
      const bytes = await this.models.bytes(purpose === 'trial' ? `file:${model}` : model);
      const made = await this.runtime.open(bytes, model, provider, () => this.probe(bytes, model));
      if (place !== 'beats') return made;
      if (made.test) this.post({ type: 'self_test', result: made.test });
      this.beats = made;
      this.speed = { beats: 0, seconds: 0 };
      this.sendProvider();
      return made;
    })();
    this.opened.set(place, { model, provider, chosen });
    chosen.catch(() => { if (this.opened.get(place)?.chosen === chosen) this.opened.delete(place); });
    return chosen;
  }

  async run({ model, purpose, kept, inputs, outputs }: Step & { step: 'run' }): Promise<Tensor[]> {
    const started = performance.now();
    const given = await this.runOn(async () => (await this.open(model, purpose)).network, inputs, outputs);
    if (purpose === 'beats') {
      this.speed.beats += kept;
      this.speed.seconds += (performance.now() - started) / 1000;
    }
    return given;
  }

  /** Where the graphics processor is lost in the middle, the same inputs run on WebAssembly. */
  private async runOn(open: () => Promise<Network>, inputs: Tensor[], outputs: string[]): Promise<Tensor[]> {
    const network = await open();
    try {
      return await network.run(inputs, outputs);
    } catch (error) {
      if (network.provider !== 'webgpu') throw error;
      this.runtime.leaveWebGpu(error);
      for (const [place, { chosen }] of [...this.opened]) {
        if ((await chosen.catch(() => null))?.network.provider === 'webgpu') this.opened.delete(place);
      }
      return (await open()).run(inputs, outputs);
    }
  }

  jobEnded(): void {
    const aside = this.opened.get('aside');
    this.opened.delete('aside');
    void this.release(aside);
    if (this.speed.beats > 0) this.sendProvider();
  }

  private async release(opened: Opened | undefined): Promise<void> {
    await opened?.chosen.then(({ network }) => network.release()).catch(() => undefined);
  }

  private sendProvider(): void {
    const { network, available, note } = this.beats!;
    const { beats, seconds } = this.speed;
    this.post({ type: 'message', message: { type: 'provider', current: network.provider, choice: this.choice, available, note,
      beats_per_second: seconds > 0 ? Math.round(beats / seconds) : 0 } });
  }

  /** A few beats or seconds of a synthetic recording, prepared as the model's card says. */
  private probe(onnx: Uint8Array, name: string): Probe {
    const whole = <T>(value: T | string): T => {
      if (typeof value === 'string') throw new Error(value);
      return value;
    };
    return {
      ...whole(this.core.trial(onnx, name)),
      probabilities: (output) => whole(this.core.trialProbabilities(onnx, name, output)),
    };
  }
}
