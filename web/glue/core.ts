// core.wasm as the worker sees it: the typed face of web/worker/bindings.cpp.
import createCore from '@core/core.mjs';
import coreWasm from '@core/core.wasm?url';

export interface Tensor {
  name: string;
  shape: number[];
  data: Float32Array;
}

/** What a network is asked for. */
export type Purpose = 'beats' | 'rhythm' | 'waves' | 'second' | 'set' | 'trial';

/** What comes next (shared/workspace/steps.hpp): to be told, or to be done and answered. Arrays are copies. */
export type Step =
  | { step: 'working' }
  | { step: 'message'; json: string }
  | { step: 'level'; lead: number; samples_per_bin: number; min_max: Float32Array }
  | { step: 'beats'; sample: Float64Array; label: Uint8Array; probabilities: Float32Array; classes: number; person: Uint8Array; doubtful: Uint8Array }
  | { step: 'reference'; sample: Float64Array; aami: Uint8Array }
  | { step: 'density'; cluster: number; columns: number; rows: number; low: number; high: number; first_s: number; last_s: number; counts: Float32Array }
  /** `json`: a BeatSetFacts. */
  | { step: 'beat_set'; json: string; values: Float32Array }
  | { step: 'review'; session: string; changed: boolean }
  | { step: 'model_taken'; name: string; file: string }
  | { step: 'files' }
  | { step: 'model'; name: string; of_job: boolean }
  | { step: 'kept_review'; fingerprint: string; given: string }
  | { step: 'network'; model: string; purpose: Purpose }
  | { step: 'run'; model: string; purpose: Purpose; kept: number; inputs: Tensor[]; outputs: string[] };

/** shared/workspace/workflow.hpp in JavaScript. What can fail gives an empty text, or what is wrong. */
export interface Workflow {
  /** The address of that many bytes in the module's memory; 0 if there is not enough memory. */
  addFile(name: string, bytes: number): number;
  /** A large file that is read in pieces: `read` gives bytes of it, or null where it cannot. */
  addSource(name: string, size: number, read: (offset: number, count: number) => Uint8Array | null): void;
  forgetFiles(): void;
  /** `list`: ModelEntry[] as JSON. */
  setModels(list: string, current: string, rhythm: string, waves: string): string;
  currentModel(): string;
  /** A request as JSON. */
  handle(json: string): string;
  /** Null: nothing is to do before the next request, or before what was asked is answered. */
  step(): Step | null;
  /** Only what is to be told; null where there is nothing. */
  told(): Step | null;
  /** The number of what was asked last. */
  ticket(): number;
  waitsFor(ticket: number): boolean;
  progress(stage: string, fraction: number): void;
  answerText(ticket: number, text: string): void;
  answerBytes(ticket: number, bytes: Uint8Array): void;
  answerOutputs(ticket: number, outputs: Tensor[]): void;
  answerProblem(ticket: number, text: string): void;
  samples(lead: number, first: number, count: number): Float32Array;
  /** An export or a conversion, or why there is none; null without a recording. */
  file(kind: string, strips: number[]): { name: string; bytes: Uint8Array<ArrayBuffer> } | string | null;
  /** What tells this recording from others; empty without one. */
  fingerprint(): string;
  /** The review as a session file. */
  session(): string;
  /** What is wrong with a session file for this recording; empty where it can be taken. */
  check(session: string, file: string): string;
  /** Joins the changes of a session file. */
  adopt(session: string, file: string): string;
}

interface CoreModule {
  HEAPU8: Uint8Array;
  Core: new () => Workflow;
  /** A model on a synthetic recording, or what is wrong. */
  trial(onnx: Uint8Array, file: string): { inputs: Tensor[]; beats: number; output: string } | string;
  /** Its network's output as probabilities, or what is wrong. */
  trialProbabilities(onnx: Uint8Array, file: string, output: Float32Array): Float32Array | string;
}

export interface Core {
  workflow: Workflow;
  trial: CoreModule['trial'];
  trialProbabilities: CoreModule['trialProbabilities'];
  /** A view of the module's memory, good until the next call into it. */
  memory(address: number, bytes: number): Uint8Array;
  /** Bytes of the module's memory. */
  size(): number;
}

export async function loadCore(): Promise<Core> {
  const module = (await createCore({
    locateFile: (path: string) => (path.endsWith('.wasm') ? coreWasm : path),
  })) as CoreModule;
  return {
    workflow: new module.Core(),
    trial: module.trial,
    trialProbabilities: module.trialProbabilities,
    size: () => module.HEAPU8.length,
    memory: (address, bytes) => module.HEAPU8.subarray(address, address + bytes),
  };
}
