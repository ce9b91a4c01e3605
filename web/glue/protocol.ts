// The messages between the page's main thread and its worker, and the shapes they share.
// Beat positions and lengths are in samples of the recording, amplitudes in mV, times in s.

/** A file as the user gave it; `name` may hold the folders of a dropped folder. */
export interface InputFile {
  name: string;
  data: Blob;
}

export type ProviderName = 'wasm' | 'webgpu';
export type ProviderChoice = 'auto' | ProviderName;
/** What was found: the review, the beats, the report, and `edf_beats`, the signal with these beats as EDF+; or a conversion. */
export type ExportKind = 'session' | 'csv' | 'json' | 'atr' | 'html' | 'edf_beats' | Conversion;
/** The recording as its file gave it, in another format: WFDB files in a zip archive, EDF+, its samples as CSV. */
export type Conversion = 'wfdb' | 'edf' | 'signals';

export interface RecordingInfo {
  type: 'recording';
  name: string;
  sampling_rate: number;
  length: number;
  leads: { name: string; unit: string; calibration_assumed: boolean }[];
  /** "2024-05-03 09:51:24.000", or the time alone; absent where the file does not tell. */
  start?: string;
  warnings: string[];
  has_reference: boolean;
}

/** What the recording's file says. Comments may name the patient: they are shown, never exported. */
export interface RecordingFacts {
  name: string;
  sampling_rate: number | null;
  samples: number;
  duration_s: number | null;
  start: string | null;
  leads: { name: string; original_name: string; unit: string; gain: number; baseline: number; gain_assumed: boolean }[];
  annotations: number;
  beats: Record<string, number>;
  comments: string[];
  warnings: string[];
  damaged: boolean;
}

/** A recording to choose. */
export interface RecordingEntry {
  name: string;
  /** "MLII, V1" */
  leads: string;
  seconds: number;
  has_reference: boolean;
}

export interface ModelInfo {
  type: 'model';
  name: string;
  title: string;
  version: string;
  /** What the network knows. */
  classes: string[];
  /** What a beat can be called: `classes`, then those of N S V F Q that it does not know. */
  labels: string[];
  /** A probability of the beat's class below which the card calls it doubtful. */
  doubtful_below: number;
  lead: number;
  description: string;
  licence: string;
  training_data: string;
  protocol: string;
  citation: string;
  parameters: number;
  training_records: string[];
  twin: string;
  metrics: { protocol: string; name: string; value: number }[];
}

export interface SummaryInfo {
  type: 'summary';
  /** One a label of the model. */
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

/** A model to choose. */
export interface ModelEntry {
  name: string;
  /** What it is, in a line. */
  title: string;
  /** Where it stands in the list: "For recordings", "Published systems", ... */
  group: string;
  /** The model of the same recipe that learnt from fewer records; empty: none. */
  twin: string;
  /** Records that it learnt from, by name. */
  training_records: string[];
}

export interface ModelsInfo {
  type: 'models';
  names: string[];
  /** One a name. */
  list: ModelEntry[];
  current: string;
}

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

/** A change by a person; `beats` are indices of the beats as they are. */
export type Edit =
  | { action: 'relabel'; beats: number[]; class: string }
  | { action: 'relabel_cluster'; cluster: number; class: string }
  | { action: 'add'; sample: number; class: string }
  | { action: 'remove'; beats: number[] }
  | { action: 'move'; beat: number; sample: number }
  | { action: 'notes'; text: string }
  | { action: 'beat_note'; beat: number; text: string }
  /** An answer to the question about that beat: others may follow from it. */
  | { action: 'answer'; beat: number; class: string }
  /** The question stays unanswered. */
  | { action: 'pass'; beat: number }
  | { action: 'undo' }
  | { action: 'redo' };

/** What a person changed, and what can be undone or done again (empty: nothing). */
export interface EditsInfo {
  type: 'edits';
  /** Beats with a person's word: renamed, added, removed, confirmed; and those that follow from answers. */
  count: number;
  /** "3 renamed, 1 added"; empty where the model's beats are not known yet. */
  in_words: string;
  notes: string;
  beat_notes: { sample: number; text: string }[];
  undo: string;
  redo: string;
}

/** What a person is asked, and what the answers so far have moved. */
export interface QuestionInfo {
  type: 'question';
  /** In the order of the questions; a class of null: passed. `moved`: other beats whose class changed with it. */
  answers: { sample: number; class: string | null; moved: number }[];
  /** Beats that are called otherwise than by the model, all answers together. */
  moved: number;
  /** The beat to ask about next, its place, and how many look like it; absent where no answer is expected to
   * move anything. */
  beat?: number;
  sample?: number;
  alike?: number;
}

/** Whether the browser keeps the review: "kept" once the last change is written, "refused" where it does not. */
export interface StorageInfo {
  type: 'storage';
  state: 'writing' | 'kept' | 'refused';
}

/** Where something is: samples of the recording, and seconds. */
export interface Place {
  first: number;
  last: number;
  start_s: number;
}

/** signal::to_json */
export interface QualityInfo {
  type: 'quality';
  leads: { name: string; poor: (Place & { defect: string; score: number; unreadable: boolean })[] }[];
  unreadable: Place[];
}

export interface RhythmEvent extends Place {
  kind: string;
  text: string;
  beats?: number;
  rate_bpm?: number;
  seconds?: number;
  /** Of an episode of a rhythm. */
  probability?: number;
}

/** A stretch of one rhythm, as a rhythm network says. */
export interface RhythmEpisode extends Place {
  /** WFDB's name: "AFIB"; "other" where it has none. */
  rhythm: string;
  /** "atrial fibrillation" */
  words: string;
  /** One that the reader is to be told of first. */
  grave: boolean;
  seconds: number;
  probability: number;
  /** A run of ventricular beats. */
  from_beats: boolean;
}

/** rhythm::to_json; what could not be computed is absent. site/rhythm.md explains the figures. */
export interface RhythmInfo {
  type: 'rhythm';
  /** What the whole of a short recording is; absent where it is long, or no rhythm model was asked. */
  recording?: { kind: string; rhythm: string; probability: number };
  /** The gravest first; together they are the whole recording. Absent where no rhythm model was asked. */
  episodes?: RhythmEpisode[];
  beats?: number;
  duration_s?: number;
  unreadable_s?: number;
  heart_rate?: { mean_bpm: number; minimum: Place & { bpm: number }; maximum: Place & { bpm: number }; p5_bpm: number; p95_bpm: number };
  longest_rr?: Place & { seconds: number };
  pauses?: (Place & { seconds: number })[];
  supraventricular?: Record<string, unknown> & { total: number; burden_percent: number; couplets: number; runs: number };
  ventricular?: Record<string, unknown> & { total: number; burden_percent: number; couplets: number; runs: number };
  af_candidates?: { seconds: number; percent: number; episodes: Place[] };
  hrv?: Record<string, unknown>;
  hours?: (Place & Record<string, unknown>)[];
  events?: RhythmEvent[];
}

/** EC57 matrix [reference][found] over `labels`: N S V F Q, O no beat, X shut down. */
export interface ComparisonInfo {
  type: 'comparison';
  labels: string;
  matrix: number[][];
  /** [sample, reference, found] as indices of `labels`. */
  mismatches: [number, number, number][];
  qrs_sensitivity?: number;
  qrs_predictivity?: number;
  v_sensitivity?: number;
  v_predictivity?: number;
  s_sensitivity?: number;
  s_predictivity?: number;
  rr_rms_error_s?: number;
  /** Each class against the others: [false positive rate, sensitivity], rising. */
  roc?: { class: string; area: number; positives: number; points: [number, number][] }[];
}

/** What another model calls the beats: `labels` are indices of its classes, -1 not classified. An empty
 * name: there is none any more. */
export interface SecondInfo {
  type: 'second';
  name: string;
  title?: string;
  lead?: string;
  classes?: string[];
  samples?: number[];
  labels?: number[];
  /** EC57 matrix against the reference. */
  matrix?: number[][];
}

/** Why a beat got its class. */
export interface ExplanationInfo {
  type: 'explanation';
  /** The beat's, and the first of the values. */
  sample: number;
  first: number;
  class: string;
  probability: number;
  /** By how much the probability falls if the signal there is hidden, one a sample. */
  saliency: number[];
  groups: { name: string; change: number }[];
}

/** morphology::to_json */
export interface ClustersInfo {
  type: 'clusters';
  shape_mark: number;
  clusters: { beats: number; outliers: number[]; typical: number; mean_correlation: number; shape: (number | null)[][] }[];
  cluster_of: (number | null)[];
}

/** What the beats mean; null where it is not known yet, or does not apply. */
export interface Findings {
  quality: QualityInfo | null;
  rhythm: RhythmInfo | null;
  comparison: ComparisonInfo | null;
  clusters: ClustersInfo | null;
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
/** A set of beats to choose from. */
export interface BeatSetEntry {
  name: string;
  beats: number;
}

export interface BeatSetInfo {
  name: string;
  /** Which of the last files' sets it is. */
  index: number;
  /** The models that take such beats, the most trustworthy first. */
  models: string[];
  /** Values a beat. */
  width: number;
  label_names: string[];
  /** One a beat: an index of label_names. */
  labels: number[];
  warnings: string[];
  /** [beats, width] */
  values: Float32Array;
  // Absent where no model takes such beats.
  model?: string;
  classes?: string[];
  /** One a beat: an index of classes, and how likely it is. */
  given?: number[];
  best?: number[];
  /** The class that each of label_names stands for; null where the labels are no classes of the model. */
  truth?: number[] | null;
  /** Counts [label's class][given class]; null where the labels are no classes of the model. */
  confusion?: number[][] | null;
  /** Why the beats are not named. */
  not_named?: string;
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
  /** A session file's text with the review to go on with, instead of the one that the browser keeps; empty: that one. */
  review: string;
}

export type ToWorker =
  /** `lock`: a name that the worker holds as a lock as long as it lives. */
  | { type: 'start'; base: string; provider: ProviderChoice; model: string; lock: string }
  | { type: 'prepare' }
  | OpenMessage
  | { type: 'choose'; job: number; index: number; lead: string }
  /** Names a set of beats; an empty model is the one in use, or the most trustworthy of those that take such beats. */
  | { type: 'name_set'; job: number; set: number; model: string }
  | { type: 'analyze'; job: number; lead: string }
  | { type: 'provider'; job: number; choice: ProviderChoice; lead: string }
  | { type: 'model'; job: number; name: string; lead: string }
  /** Another model on the same beats, beside the first; an empty name ends that. */
  | { type: 'second'; job: number; name: string }
  /** Why a beat got its class; a newer question or "cancel" ends an older one. */
  | { type: 'explain'; beat: number }
  | { type: 'cancel' }
  /** Begins or ends to ask: "question" comes now and after every change. */
  | { type: 'ask'; on: boolean }
  /** A change by a person; beats, findings and storage follow. */
  | { type: 'edit'; edit: Edit }
  | { type: 'samples'; lead: number; first: number; count: number }
  /** `strips`: samples of the strips in the report; none: those of the gravest events. */
  | { type: 'export'; id: number; kind: ExportKind; strips: number[] };

export type FromWorker =
  | { type: 'ready' }
  /** The worker could not start, and says why. */
  | { type: 'broken'; text: string }
  | { type: 'alive' }
  | { type: 'message'; message: RecordingInfo | ModelInfo | SummaryInfo | ProviderInfo | ModelsInfo
        | { type: 'warnings'; texts: string[] } | QualityInfo | RhythmInfo | ComparisonInfo | ClustersInfo | EditsInfo
        | SecondInfo | ExplanationInfo | QuestionInfo
        /** What the beats mean is no longer known: they are found or named anew. */
        | { type: 'outdated' }
        | StorageInfo
        | { type: 'progress'; stage: string; fraction: number }
        | { type: 'error' | 'notice'; text: string } }
  /** What the last files held; `fresh` of them are new: the recordings of the files before stay where
   * these hold none. `names` is the names of all, recordings first. */
  | { type: 'recordings'; names: string[]; entries: RecordingEntry[]; sets: BeatSetEntry[]; fresh: number; current: number }
  | { type: 'level'; lead: number; samples_per_bin: number; min_max: Float32Array }
  | { type: 'samples'; lead: number; first: number; mv: Float32Array }
  | { type: 'beats'; beats: Beats }
  | { type: 'cluster_density'; cluster: number; density: ClusterDensity }
  | { type: 'reference'; sample: Float64Array; aami: Uint8Array }
  | { type: 'self_test'; result: SelfTest }
  | { type: 'beat_set'; set: BeatSetInfo }
  | { type: 'facts'; facts: RecordingFacts }
  /** The review as a session file, after every change of it. */
  | { type: 'review'; session: string }
  /** `error`: why there is no file, where that is more than that there is nothing yet. */
  | { type: 'exported'; id: number; file: { name: string; bytes: Uint8Array<ArrayBuffer> } | null; error?: string }
  /** `memory`: bytes that the core holds. */
  | { type: 'done'; job: number; errors: string[]; memory: number }
  | { type: 'failed'; job: number; errors: string[]; cancelled: boolean; needs_sampling_rate: boolean; memory: number };
