// core.wasm as the worker sees it: the typed face of web/worker/bindings.cpp.
import createCore from '@core/core.mjs';
import coreWasm from '@core/core.wasm?url';
import type { ClusterDensity } from './protocol';

export interface Tensor {
  name: string;
  shape: number[];
  data: Float32Array;
}

export interface NetworkBatch {
  beats: number;
  kept: number;
  inputs: Tensor[];
}

/** shared/workspace/workspace.hpp in JavaScript. Arrays are copies unless said otherwise. */
export interface Engine {
  /** The address of that many bytes in the module's memory; 0 if there is not enough memory. */
  addFile(name: string, bytes: number): number;
  /** A large file that is read in pieces: `read` gives bytes of it, or null where it cannot. */
  addSource(name: string, size: number, read: (offset: number, count: number) => Uint8Array | null): void;
  /** Reads one more piece of the large files; true when there are no more. */
  readSome(samplingRate: number): boolean;
  readProgress(): number;
  forgetFiles(): void;
  /** `samplingRate` in Hz is for files that do not tell theirs, else 0.
   * JSON: {"recordings":[RecordingEntry,...],"beat_sets":[BeatSetEntry,...],"errors":[sentence,...],"needs_sampling_rate":false} */
  openFiles(samplingRate: number): string;
  choose(index: number): boolean;
  /** Takes a set of beats into use, and names them: as with a recording, with a model of its own. */
  chooseSet(index: number): boolean;
  startSet(onnx: Uint8Array, file: string): string;
  /** By the card of the set's model; below 0 where it tells nothing about patients never seen. */
  setModelWorth(): number;
  setOutputName(): string;
  nextSetBatch(maxBeats: number): NetworkBatch | null;
  acceptSet(output: Float32Array): string;
  /** JSON: a BeatSetInfo without values. */
  beatSet(): string;
  beatSetValues(): Float32Array<ArrayBuffer>;
  /** Takes a short synthetic recording into use: the same samples everywhere. */
  useSynthetic(seconds: number): void;
  recording(): string;
  levelCount(lead: number): number;
  levelSamplesPerBin(lead: number, level: number): number;
  level(lead: number, level: number): Float32Array;
  samples(lead: number, first: number, count: number): Float32Array;
  referenceSamples(): Float64Array;
  referenceClasses(): Uint8Array;
  /** Empty, or what is wrong with the model. */
  useModel(onnx: Uint8Array, file: string): string;
  model(): string;
  outputName(): string;
  /** Output columns; the network gives this many values a beat. */
  classes(): number;
  start(lead: string): string;
  detectSome(): boolean;
  /** The next beats to classify; null when all are. The network answers for `beats` rows, of which
   * `kept` are classified; the others are their context. */
  nextBatch(maxBeats: number): NetworkBatch | null;
  accept(output: Float32Array): string;
  detectionProgress(): number;
  classificationProgress(): number;
  beats(): { sample: Float64Array; label: Uint8Array; probabilities: Float32Array; person: Uint8Array; doubtful: Uint8Array };
  /** JSON: sentences that the reader of the results should know. */
  warnings(): string;
  summary(): string;
  /** Begins to ask a rhythm model of the beats that were found; empty, or why it cannot. */
  startRhythm(onnx: Uint8Array, file: string): string;
  /** The next seconds; null when all are said, and rhythm() then tells the episodes. */
  nextRhythmBatch(): NetworkBatch | null;
  acceptRhythm(output: Float32Array): string;
  rhythmOutputName(): string;
  rhythmProgress(): number;
  // Messages of the window as JSON, or empty: about the beats with the person's changes.
  quality(): string;
  /** Judges the signal of one more lead; true when that of all is known. */
  assessSome(): boolean;
  /** Works out what rhythm() tells; empty, or what is wrong. */
  findRhythm(): string;
  /** Then what clusters() tells; false where that is as it was. */
  findClusters(): boolean;
  rhythm(): string;
  clusters(): string;
  comparison(): string;
  clusterCount(): number;
  clusterDensity(cluster: number): ClusterDensity;
  /** A change by a person, as JSON; empty, or what is wrong with it. */
  edit(json: string): string;
  /** The window's "edits" message. */
  edits(): string;
  /** The window's "question" message; empty while beats are still to be named. */
  question(): string;
  /** What tells this recording from others. */
  fingerprint(): string;
  /** The review as a session file, and back: empty, or what is wrong with the file. */
  session(): string;
  openSession(json: string, file: string): string;
  /** The same, where the steps that can be undone stay. */
  adoptSession(json: string, file: string): string;
  /** What the recording's file says: a RecordingFacts as JSON; empty if none is in use. */
  info(): string;
  /** An export or a conversion as a file, or why there is none; and what the file is called. */
  file(kind: string, strips: number[]): Uint8Array<ArrayBuffer> | string;
  fileName(kind: string): string;
  /** Another model on the beats as they are: empty, or what is wrong with it. */
  useSecond(onnx: Uint8Array, file: string): string;
  dropSecond(): void;
  nextSecondBatch(maxBeats: number): NetworkBatch | null;
  acceptSecond(output: Float32Array): string;
  secondOutputName(): string;
  /** The window's "second" message. */
  second(): string;
  /** What the network is to be run on to explain a beat, or what is wrong. */
  explain(beat: number): NetworkBatch | string;
  /** The window's "explanation" message, or what is wrong. */
  explained(output: Float32Array): { json: string } | string;
}

interface CoreModule {
  HEAPU8: Uint8Array;
  Engine: new () => Engine & { delete(): void };
}

export interface Core {
  engine: Engine;
  /** Another engine in the same memory, for the self-test. */
  another(): Engine & { delete(): void };
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
    engine: new module.Engine(),
    another: () => new module.Engine(),
    size: () => module.HEAPU8.length,
    memory: (address, bytes) => module.HEAPU8.subarray(address, address + bytes),
  };
}
