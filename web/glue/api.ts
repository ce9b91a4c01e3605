// window.telltale: the page's engine for scripts and tests. The same code that a dropped file
// goes through; what it opens is also what is on screen.
import { AnalysisError, type OpenOptions, type Session, type Snapshot } from './session';
import type { Edit, EditsInfo, ExplanationInfo, ModelInfo, ProviderInfo, QuestionInfo, RecordingFacts, RecordingInfo, RhythmEpisode, RhythmInfo, SecondInfo, StorageInfo, WindowState } from './protocol';
import type { OfflineState } from './offline';
import type { BeatSetInfo, ExportKind, Findings, InputFile, SelfTest } from './worker_messages';

export interface AnalyzedBeat {
  /** R peak, in samples of the recording. */
  sample: number;
  /** R peak, in seconds from the start of the recording. */
  time: number;
  /** The model's class, or null if the beat was found but not classified. */
  class: string | null;
  /** One a class of the model, in its order. */
  probabilities: number[];
  /** Who said so; "answers": it follows from a person's answers about other beats. */
  by: 'model' | 'person' | 'answers';
}

export interface Analysis {
  recording: RecordingInfo;
  model: ModelInfo;
  provider: ProviderInfo;
  /** Reference beats of the recording, `aami` 0..4 = N S V F Q. */
  reference: { sample: number; aami: number }[];
  beats: AnalyzedBeat[];
  /** Beats a label of the model. */
  counts: number[];
  /** From the files being handed over to the last beat classified. */
  seconds: number;
  /** Sentences about files that could not be read. */
  errors: string[];
}

/** A file's content with its name; `File` objects as they come from a drop will do. */
export type AnalyzeFile = File | { name: string; bytes: BufferSource };

export interface State {
  phase: Snapshot['phase'];
  /** What is being done, and how much of it (0 to 1; below 0 where that is not known). */
  stage: string;
  fraction: number;
  recording: RecordingInfo | null;
  /** The recordings that the last files held, and which is in use. */
  recordings: string[];
  current: number;
  beats: number;
  /** Which rhythm holds when; null where it is not known. */
  rhythm: { recording: NonNullable<RhythmInfo['recording']> | null; episodes: RhythmEpisode[] } | null;
  counts: number[] | null;
  model: ModelInfo | null;
  models: string[];
  provider: ProviderInfo | null;
  /** The start-up comparison of WebGPU with WebAssembly, if it took place. */
  self_test: SelfTest | null;
  /** Whether the browser keeps the review; null before there is one to keep. */
  storage: StorageInfo['state'] | null;
  /** The errors on screen. */
  errors: string[];
  theme: string;
  /** What works without a network: nothing, the page, or analyses too. */
  offline: OfflineState;
  /** Bytes that the core held after the last job. */
  memory: number;
  /** Openings and changes that have ended since the page was loaded, well or badly. */
  finished: number;
  /** Milliseconds since the page was asked for. */
  times: Record<string, number>;
}

export interface Telltale {
  readonly version: string;
  /**
   * Reads the files, finds and classifies the beats, and shows them. Files with `.onnx` at the end
   * are models and are used. Rejects with an Error whose `errors` are the sentences shown, and
   * whose `cancelled` tells whether somebody cancelled.
   */
  analyze(files: Iterable<AnalyzeFile>, options?: OpenOptions): Promise<Analysis>;
  state(): State;
  /** The beats as they are now. */
  beats(): AnalyzedBeat[];
  /** The last set of cut-out beats that was opened (`heartbeat` CSV, UCR archive), and their classes. */
  beatSet(): BeatSetInfo | null;
  /** What the recording's file says; null before a recording is there. */
  facts(): RecordingFacts | null;
  /** What the beats mean: rhythm, signal quality, clusters, comparison; null where not known. */
  findings(): Findings;
  /** A change by a person; `beats()`, `findings()` and the browser's storage follow. */
  edit(edit: Edit): void;
  /** Begins or ends to ask about beats. An answer is an edit: { action: 'answer', beat, class }. */
  ask(on: boolean): void;
  /** What is asked, and what the answers so far have moved; null while nobody is asked. */
  question(): QuestionInfo | null;
  /** What was changed, and what can be undone; null before a recording is there. */
  edits(): EditsInfo | null;
  /** Another model on the same beats, to compare; an empty name ends that. */
  second(model: string): Promise<SecondInfo | null>;
  /** Why a beat got its class: what was last explained. */
  explain(beat: number): void;
  explanation(): ExplanationInfo | null;
  /** The window as it was last drawn; null before it is there. */
  window(): WindowState | null;
  /** The result as a file; null if there is none yet. */
  export(kind: ExportKind, strips?: number[]): Promise<{ name: string; bytes: Uint8Array } | null>;
  cancel(): void;
}

declare global {
  interface Window {
    telltale: Telltale;
  }
}

function listed({ beats, recording, model }: Snapshot): AnalyzedBeat[] {
  return [...beats!.sample].map((sample, i) => {
    const label = beats!.label[i]!;
    return {
      sample,
      time: sample / recording!.sampling_rate,
      class: label === 255 ? null : (model?.labels[label] ?? null),
      probabilities: [...beats!.probabilities.subarray(i * beats!.classes, (i + 1) * beats!.classes)],
      by: (['model', 'person', 'answers'] as const)[beats!.person[i]!] ?? 'model',
    };
  });
}

function result(state: Snapshot, seconds: number, errors: string[]): Analysis {
  const { recording, model, provider, beats, reference } = state;
  if (!recording || !model || !provider || !beats) {
    throw new AnalysisError(errors.length > 0 || !state.beat_set ? errors
      : [`${state.beat_set.name} is a set of beats that are cut out already: beatSet() has them.`], false);
  }
  const counts = new Array<number>(model.labels.length).fill(0);
  for (const label of beats.label) if (label !== 255) counts[label]! += 1;
  return {
    recording, model, provider, beats: listed(state), counts, seconds, errors,
    reference: [...(reference?.sample ?? [])].map((sample, i) => ({ sample, aami: reference!.aami[i]! })),
  };
}

export function makeApi(
  session: Session, open: (files: InputFile[], options: OpenOptions) => Promise<string[]>,
  page: { errors(): string[]; theme(): string; window(): WindowState | null; offline(): OfflineState; times: Record<string, number> },
): Telltale {
  return {
    version: __VERSION__,
    async analyze(files, options = {}) {
      const inputs = [...files].map((file): InputFile =>
        file instanceof File
          ? { name: file.webkitRelativePath || file.name, data: file }
          : { name: file.name, data: new Blob([file.bytes]) });
      const started = performance.now();
      const errors = await open(inputs, options);
      return result(session.state, (performance.now() - started) / 1000, errors);
    },
    state() {
      const s = session.state;
      return {
        phase: s.phase, stage: s.stage, fraction: s.fraction, recording: s.recording,
        recordings: s.recordings, current: s.current, beats: s.beats?.sample.length ?? 0,
        counts: s.summary?.counts ?? null, model: s.model, models: s.models.names,
        provider: s.provider, self_test: s.self_test, storage: s.storage, errors: page.errors(), theme: page.theme(), offline: page.offline(), memory: s.memory, finished: s.finished,
        rhythm: s.findings.rhythm?.episodes ? { recording: s.findings.rhythm.recording ?? null, episodes: s.findings.rhythm.episodes } : null,
        times: { ...page.times },
      };
    },
    beats: () => (session.state.beats && session.state.recording ? listed(session.state) : []),
    facts: () => session.state.facts,
    beatSet: () => session.state.beat_set,
    findings: () => ({ ...session.state.findings }),
    edit: (edit) => session.edit(edit),
    ask: (on) => session.ask(on),
    question: () => session.state.question,
    edits: () => session.state.edits,
    window: () => page.window(),
    second: async (model) => {
      await session.useSecond(model);
      return session.state.second;
    },
    explain: (beat) => session.explain(beat),
    explanation: () => session.state.explanation,
    export: (kind, strips) => session.export(kind, strips),
    cancel: () => session.cancel(),
  };
}
