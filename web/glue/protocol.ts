// The messages between the page's main thread and its worker, and the shapes they share.
// Beat positions and lengths are in samples of the recording, amplitudes in mV, times in s.

/** A file as the user gave it; `name` may hold the folders of a dropped folder. */
export interface InputFile {
  name: string;
  data: Blob;
}

export type ProviderName = 'wasm' | 'webgpu';
export type ProviderChoice = 'auto' | ProviderName;
export type ExportKind = 'csv' | 'json' | 'atr';

export interface RecordingInfo {
  type: 'recording';
  name: string;
  sampling_rate: number;
  length: number;
  leads: { name: string; unit: string }[];
  start?: string;
  warnings: string[];
  has_reference: boolean;
}

export interface ModelInfo {
  type: 'model';
  name: string;
  title: string;
  version: string;
  classes: string[];
  lead: number;
  description: string;
  licence: string;
  metrics: { protocol: string; name: string; value: number }[];
}

export interface SummaryInfo {
  type: 'summary';
  counts: number[];
  beats: number;
  seconds: number;
}

export interface ProviderInfo {
  type: 'provider';
  current: ProviderName;
  choice: ProviderChoice;
  available: ProviderName[];
  note: string;
  beats_per_second: number;
}

export interface ModelsInfo {
  type: 'models';
  names: string[];
  current: string;
}

export interface Beats {
  sample: Float64Array;
  /** Index into the model's classes; 255 is "not classified". */
  label: Uint8Array;
  /** [beats, classes] row-major; empty without a model. */
  probabilities: Float32Array;
  classes: number;
}

export interface SelfTest {
  beats: number;
  max_difference: number;
  wasm_beats_per_second: number;
  webgpu_beats_per_second: number;
}

export interface OpenMessage {
  type: 'open';
  job: number;
  files: InputFile[];
  /** Which of the recordings found. */
  index: number;
  lead: string;
  /** Hz, for files that do not tell theirs; 0: nobody said. */
  sampling_rate: number;
  provider: ProviderChoice;
  /** Empty: the one in use. */
  model: string;
  analyze: boolean;
  /** Says nothing about the recording: it is on screen already. */
  quiet: boolean;
}

export type ToWorker =
  | { type: 'start'; base: string; provider: ProviderChoice; model: string }
  | { type: 'prepare' }
  | OpenMessage
  | { type: 'choose'; job: number; index: number; lead: string }
  | { type: 'analyze'; job: number; lead: string }
  | { type: 'provider'; job: number; choice: ProviderChoice; lead: string }
  | { type: 'model'; job: number; name: string; lead: string }
  | { type: 'cancel' }
  | { type: 'samples'; lead: number; first: number; count: number }
  | { type: 'export'; id: number; kind: ExportKind };

export type FromWorker =
  | { type: 'ready' }
  /** The worker could not start, and says why. */
  | { type: 'broken'; text: string }
  | { type: 'alive' }
  | { type: 'message'; message: RecordingInfo | ModelInfo | SummaryInfo | ProviderInfo | ModelsInfo
        | { type: 'progress'; stage: string; fraction: number }
        | { type: 'error' | 'notice'; text: string } }
  | { type: 'recordings'; names: string[]; current: number }
  | { type: 'level'; lead: number; samples_per_bin: number; min_max: Float32Array }
  | { type: 'samples'; lead: number; first: number; mv: Float32Array }
  | { type: 'beats'; beats: Beats }
  | { type: 'reference'; sample: Float64Array; aami: Uint8Array }
  | { type: 'self_test'; result: SelfTest }
  | { type: 'exported'; id: number; file: { name: string; bytes: Uint8Array<ArrayBuffer> } | null }
  /** `memory`: bytes that the core holds. */
  | { type: 'done'; job: number; errors: string[]; memory: number }
  | { type: 'failed'; job: number; errors: string[]; cancelled: boolean; memory: number };
