// The messages between the page's main thread and its worker: those of the core (protocol.ts), and
// what goes beside them as files and plain arrays. Beat positions are in samples of the recording.
import type {
  AnalyzeJob, AskRequest, BeatSetFacts, CancelRequest, ChooseJob, ClustersInfo, ComparisonInfo, EditRequest, ExplainRequest, Export, JobDone,
  IntervalsInfo, JobFailed, Message, ModelJob, NameSetJob, QualityInfo, RhythmInfo, SecondJob, WavesInfo,
} from './protocol';

/** A file as the user gave it; `name` may hold the folders of a dropped folder. */
export interface InputFile {
  name: string;
  data: Blob;
}

export type ProviderName = 'wasm' | 'webgpu';
export type ProviderChoice = 'auto' | ProviderName;
/** What was found: the review, the beats, the report, and `edf_beats`, the signal with these beats as EDF+; or a conversion. */
export type ExportKind = Exclude<Export['kind'], 'png'>;
/** The recording as its file gave it, in another format: WFDB files in a zip archive, EDF+, its samples as CSV. */
export type Conversion = 'wfdb' | 'edf' | 'signals';

export interface Beats {
  sample: Float64Array;
  /** Index into the model's labels; 255 is "not classified". */
  label: Uint8Array;
  /** [beats, classes] row-major; empty without a model. */
  probabilities: Float32Array;
  classes: number;
  /** 1 where the label, or the beat, is a person's word; 2 where the label is another one than the model's
   * since it follows from a person's answers about other beats. */
  person: Uint8Array;
  /** 1 where the model's card calls its answer doubtful. */
  doubtful: Uint8Array;
}

/** What the beats mean; null where it is not known yet, or does not apply. */
export interface Findings {
  quality: QualityInfo | null;
  rhythm: RhythmInfo | null;
  comparison: ComparisonInfo | null;
  clusters: ClustersInfo | null;
  intervals: IntervalsInfo | null;
  waves: WavesInfo | null;
}

/** All members of a cluster over each other: [rows, columns], how many pass through each cell. */
export interface ClusterDensity {
  columns: number;
  rows: number;
  low: number;
  high: number;
  first_s: number;
  last_s: number;
  counts: Float32Array;
}

/** A file of beats that are cut out already, and what the model calls them. */
export interface BeatSetInfo extends BeatSetFacts {
  /** [beats, width] */
  values: Float32Array;
}

export interface SelfTest {
  beats: number;
  max_difference: number;
  wasm_beats_per_second: number;
  webgpu_beats_per_second: number;
}

/** An OpenJob with its files. */
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
  /** A session file's text with the review to go on with, instead of the one that the browser keeps; empty: that one. */
  review: string;
}

export type ToWorker =
  /** `lock`: a name that the worker holds as a lock as long as it lives. */
  | { type: 'start'; base: string; provider: ProviderChoice; model: string; lock: string }
  | { type: 'prepare' }
  | OpenMessage
  | ChooseJob | NameSetJob | AnalyzeJob | ModelJob | SecondJob | ExplainRequest | CancelRequest | EditRequest | AskRequest
  | { type: 'provider'; job: number; choice: ProviderChoice; lead: string }
  | { type: 'samples'; lead: number; first: number; count: number }
  /** `strips`: samples of the strips in the report; none: those of the gravest events. */
  | { type: 'export'; id: number; kind: ExportKind; strips: number[] };

export type FromWorker =
  | { type: 'ready' }
  /** The worker could not start, and says why. */
  | { type: 'broken'; text: string }
  | { type: 'alive' }
  | { type: 'message'; message: Message }
  | { type: 'level'; lead: number; samples_per_bin: number; min_max: Float32Array }
  | { type: 'samples'; lead: number; first: number; mv: Float32Array }
  | { type: 'beats'; beats: Beats }
  | { type: 'cluster_density'; cluster: number; density: ClusterDensity }
  | { type: 'reference'; sample: Float64Array; aami: Uint8Array }
  | { type: 'self_test'; result: SelfTest }
  | { type: 'beat_set'; set: BeatSetInfo }
  /** The review as a session file, after every change of it. */
  | { type: 'review'; session: string }
  /** `error`: why there is no file, where that is more than that there is nothing yet. */
  | { type: 'exported'; id: number; file: { name: string; bytes: Uint8Array<ArrayBuffer> } | null; error?: string }
  /** `memory`: bytes that the core holds. */
  | (JobDone & { memory: number })
  | (JobFailed & { memory: number });
