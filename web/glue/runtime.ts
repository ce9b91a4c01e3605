// The network's runtime: ONNX Runtime Web on WebAssembly or WebGPU, which of the two to use, and
// the self-test that holds one against the other before WebGPU is trusted.
import type * as Ort from 'onnxruntime-web';
import type { Tensor } from './core';
import type { ProviderChoice, ProviderName, SelfTest } from './worker_messages';

type OrtModule = typeof Ort;

/** Largest difference of probabilities at which the two providers still agree. */
export const agreement = 1e-4;

export interface Network {
  provider: ProviderName;
  /** `outputs` names what is wanted. */
  run(inputs: Tensor[], outputs: string[]): Promise<Tensor[]>;
  release(): Promise<void>;
}

export interface Chosen {
  network: Network;
  available: ProviderName[];
  note: string;
  test: SelfTest | null;
}

interface GpuAdapter {
  info?: { vendor?: string; architecture?: string; description?: string; isFallbackAdapter?: boolean };
  isFallbackAdapter?: boolean;
}

/** The adapter, if this browser has WebGPU; `software` if the processor only imitates one. */
async function findAdapter(): Promise<{ software: boolean; key: string } | null> {
  const gpu = (navigator as { gpu?: { requestAdapter(): Promise<GpuAdapter | null> } }).gpu;
  if (!gpu) return null;
  const adapter = await gpu.requestAdapter().catch(() => null);
  if (!adapter) return null;
  const { vendor = '', architecture = '', description = '' } = adapter.info ?? {};
  const key = [vendor, architecture, description].join(' ').trim();
  const software =
    adapter.isFallbackAdapter === true ||
    adapter.info?.isFallbackAdapter === true ||
    /swiftshader|llvmpipe|lavapipe|basic render/i.test(key);
  return { software, key };
}

/**
 * ONNX Runtime's builds, each loaded at most once: `wasm` runs on the processor only and is half
 * the size; `webgpu` holds both.
 */
class Builds {
  private readonly loaded = new Map<ProviderName, Promise<OrtModule>>();

  constructor(private readonly base: string) {}

  load(name: ProviderName): Promise<OrtModule> {
    let build = this.loaded.get(name);
    if (!build) {
      build = this.fetch(name);
      build.catch(() => this.loaded.delete(name));
      this.loaded.set(name, build);
    }
    return build;
  }

  private async fetch(name: ProviderName): Promise<OrtModule> {
    const folder = new URL(__ORT_FOLDER__, this.base).href;
    const file = name === 'wasm' ? 'ort.wasm.bundle.min.mjs' : 'ort.webgpu.bundle.min.mjs';
    const ort = (await import(/* @vite-ignore */ folder + file).catch(() => {
      throw new Error('the runtime of networks could not be fetched: there is no network, or the page is older than its files. Reload the page');
    })) as OrtModule;
    ort.env.wasm.wasmPaths = folder;
    // Threads need shared memory, which only a cross-origin isolated page has.
    ort.env.wasm.numThreads = self.crossOriginIsolated
      ? Math.min(4, navigator.hardwareConcurrency || 1)
      : 1;
    ort.env.logLevel = 'error';
    return ort;
  }
}

async function openNetwork(
  ort: OrtModule, provider: ProviderName, onnx: Uint8Array,
): Promise<Network> {
  const session = await ort.InferenceSession.create(onnx, {
    executionProviders: [provider],
    graphOptimizationLevel: 'all',
    logSeverityLevel: 3,
  });
  return {
    provider,
    async run(inputs, outputs) {
      const feeds: Record<string, Ort.Tensor> = {};
      for (const { name, shape, data } of inputs) feeds[name] = new ort.Tensor('float32', data, shape);
      const results = await session.run(feeds, outputs);
      const given: Tensor[] = [];
      for (const name of outputs) {
        const tensor = results[name]!;
        const data = (await tensor.getData()) as Float32Array;
        const shape = [...tensor.dims];
        tensor.dispose();
        if (!(data instanceof Float32Array)) throw new Error(`the model's output "${name}" is not float32`);
        given.push({ name, shape, data });
      }
      return given;
    },
    release: () => session.release(),
  };
}

/** Runs the probe's batch a few times; gives the output and the beats a second of the best run. */
async function time(network: Network, { inputs, beats, output: name }: Probe) {
  const run = async () => (await network.run(inputs, [name]))[0]!.data;
  let output = await run();  // The first run compiles; it does not count.
  let best = Infinity;
  for (let i = 0; i < 3; ++i) {
    const started = performance.now();
    output = await run();
    best = Math.min(best, performance.now() - started);
    if (best > 1500) break;
  }
  return { output, speed: beats / (Math.max(best, 1e-3) / 1000) };
}

export interface Probe {
  /** The same inputs for both providers. */
  inputs: Tensor[];
  beats: number;
  /** Name of the network's output. */
  output: string;
  /** Turns the network's output into what is compared. */
  probabilities(output: Float32Array): Float32Array;
}

const reason = (error: unknown) => (error instanceof Error ? error.message : String(error)).split('\n')[0]!;

export class Runtime {
  private readonly builds: Builds;
  /** Why WebGPU is not to be had any more in this page; empty where it is. */
  private lost = '';
  private readonly remembered = new Map<string, { provider: ProviderName; note: string; test: SelfTest }>();

  constructor(base: string) {
    this.builds = new Builds(base);
  }

  /** WebGPU failed in the middle of its work: the runtime has one device for all of its life. */
  leaveWebGpu(error: unknown): void {
    this.lost = `WebGPU stopped in the middle (${reason(error)}); running on WebAssembly until the page is loaded anew.`;
  }

  /** Opens a model on the provider that the choice leads to, and says why it is that one. */
  async open(
    onnx: Uint8Array, model: string, choice: ProviderChoice, probe: () => Probe,
  ): Promise<Chosen> {
    const adapter = await findAdapter();
    const available: ProviderName[] = adapter ? ['wasm', 'webgpu'] : ['wasm'];
    const wasm = async (note: string, test: SelfTest | null = null): Promise<Chosen> => ({
      network: await openNetwork(await this.builds.load('wasm'), 'wasm', onnx),
      available, note, test,
    });

    if (choice === 'wasm') return wasm('WebAssembly, as chosen.');
    if (this.lost) return wasm(this.lost);
    if (!adapter) {
      return wasm(choice === 'webgpu'
        ? 'WebGPU was chosen, but this browser has no WebGPU adapter; running on WebAssembly.'
        : 'This browser has no WebGPU adapter; running on WebAssembly.');
    }
    if (choice === 'auto' && adapter.software) {
      return wasm('WebGPU here is imitated by the processor, which is slower than WebAssembly.');
    }
    const key = [model, choice, adapter.key].join('\n');
    const known = this.remembered.get(key);
    if (known?.provider === 'wasm') return wasm(known.note, known.test);

    let reference: Network | null = null;
    let candidate: Network | null = null;
    try {
      const ort = await this.builds.load('webgpu');
      candidate = await openNetwork(ort, 'webgpu', onnx);
      if (known) return { network: candidate, available, note: known.note, test: known.test };
      reference = await openNetwork(ort, 'wasm', onnx);
      const few = probe();
      const { beats, probabilities } = few;
      const slow = await time(reference, few);
      const fast = await time(candidate, few);
      await reference.release();
      reference = null;
      const a = probabilities(slow.output);
      const b = probabilities(fast.output);
      let difference = a.length === b.length ? 0 : Infinity;
      for (let i = 0; i < a.length; ++i) {
        const d = Math.abs(a[i]! - b[i]!);
        if (!(d <= difference)) difference = Number.isNaN(d) ? Infinity : d;
      }
      const test: SelfTest = {
        beats, max_difference: difference,
        wasm_beats_per_second: slow.speed, webgpu_beats_per_second: fast.speed,
      };
      const agrees = `differs from WebAssembly by at most ${difference.toExponential(1)}`;
      const ratio = fast.speed / slow.speed;
      let note: string;
      let keep = true;
      if (!(difference <= agreement)) {
        note = `WebGPU failed the self-test (${agrees}, allowed ${agreement}); running on WebAssembly.`;
        keep = false;
      } else if (choice === 'auto' && ratio <= 1) {
        note = `WebGPU passed the self-test but is slower here (${ratio.toPrecision(2)} times WebAssembly's speed).`;
        keep = false;
      } else {
        note = `WebGPU passed the self-test: ${agrees}, ${ratio.toPrecision(2)} times its speed.`;
      }
      this.remembered.set(key, { provider: keep ? 'webgpu' : 'wasm', note, test });
      if (keep) return { network: candidate, available, note, test };
      await candidate.release();
      candidate = null;
      return await wasm(note, test);
    } catch (error) {
      await reference?.release().catch(() => undefined);
      await candidate?.release().catch(() => undefined);
      return wasm(`WebGPU failed to start (${reason(error)}); running on WebAssembly.`);
    }
  }
}
