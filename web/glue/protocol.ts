// The messages of shared/messages in TypeScript, made by web/protocol/main.cpp: do not
// change this file by hand. What the fields mean stands in those headers.

export interface LeadFacts {
  name: string;
  original_name: string;
  unit: string;
  gain: number;
  baseline: number;
  gain_assumed: boolean;
}

export interface RecordingFacts {
  name: string;
  sampling_rate: number | null;
  samples: number;
  duration_s: number | null;
  start: string | null;
  leads: LeadFacts[];
  annotations: number;
  beats: Record<string, number>;
  comments: string[];
  warnings: string[];
  damaged: boolean;
}

export interface BeatSetFacts {
  name: string;
  index: number;
  models: string[];
  width: number;
  label_names: string[];
  labels: number[];
  warnings: string[];
  model?: string;
  classes?: string[];
  given?: number[];
  best?: number[];
  truth?: number[];
  confusion?: number[][];
  not_named?: string;
}

export interface StepsInfo {
  title: string;
  count: number;
  at: number | null;
}

export interface MeasureInfo {
  on: boolean;
  snap: boolean;
  march: boolean;
  first: number | null;
  last: number | null;
  lines: string[];
}

export interface MarkInfo {
  on: boolean;
  first: number | null;
  last: number | null;
}

export interface NamedCommand {
  name: string;
  title: string;
  keys: string;
  enabled: boolean;
}

export interface TargetInfo {
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
}

export interface WindowState {
  tab: 'summary' | 'beat' | 'events' | 'variability' | 'intervals' | 'clusters' | 'compare' | 'model';
  first: number;
  last: number;
  mm_per_s: number;
  mm_per_mv: number;
  px_per_s: number;
  px_per_mv: number;
  sheet: string;
  disclosure: boolean;
  disclosure_first: number;
  menu: string;
  notice: string;
  selected: number | null;
  leads: boolean[];
  events: number;
  events_hidden: number;
  frames: number;
  strips: number[];
  explained: number | null;
  steps: StepsInfo;
  asking: boolean;
  asked: number | null;
  measure: MeasureInfo;
  mark: MarkInfo;
  commands: NamedCommand[];
  targets: TargetInfo[];
}

export interface RelabelBeats {
  action: 'relabel';
  beats: number[];
  class: string;
}

export interface RelabelCluster {
  action: 'relabel_cluster';
  cluster: number;
  class: string;
}

export interface AddBeat {
  action: 'add';
  sample: number;
  class: string;
  snap?: boolean;
}

export interface RemoveBeats {
  action: 'remove';
  beats: number[];
}

export interface MoveBeat {
  action: 'move';
  beat: number;
  sample: number;
}

export interface SetNotes {
  action: 'notes';
  text: string;
}

export interface NoteBeat {
  action: 'beat_note';
  beat: number;
  text: string;
}

export interface AnswerBeat {
  action: 'answer';
  beat: number;
  class: string;
}

export interface PassBeat {
  action: 'pass';
  beat: number;
}

export interface CallStretch {
  action: 'call_stretch';
  first: number;
  last: number;
  name: string;
  text: string;
}

export interface Undo {
  action: 'undo';
}

export interface Redo {
  action: 'redo';
}

export type Edit = RelabelBeats | RelabelCluster | AddBeat | RemoveBeats | MoveBeat | SetNotes | NoteBeat | AnswerBeat | PassBeat | CallStretch | Undo | Redo;

export interface ChooseFiles {
  command: 'choose_files';
}

export interface OpenSample {
  command: 'open_sample';
  index: number;
}

export interface Cancel {
  command: 'cancel';
}

export interface EditBeats {
  command: 'edit';
  edit: RelabelBeats | RelabelCluster | AddBeat | RemoveBeats | MoveBeat | SetNotes | NoteBeat | AnswerBeat | PassBeat | CallStretch | Undo | Redo;
}

export interface NeedSamples {
  command: 'need_samples';
  lead: number;
  first: number;
  count: number;
}

export interface Export {
  command: 'export';
  kind: 'csv' | 'json' | 'atr' | 'html' | 'edf_beats' | 'session' | 'png' | 'wfdb' | 'edf' | 'signals' | 'waves' | 'waves_csv';
  strips: number[];
}

export interface WriteNote {
  command: 'write_note';
  beat: number;
  first?: number;
  last?: number;
}

export interface Explain {
  command: 'explain';
  beat: number;
}

export interface AskSecond {
  command: 'second';
  name: string;
}

export interface Ask {
  command: 'ask';
  on: boolean;
}

export interface UseProvider {
  command: 'provider';
  choice: 'auto' | 'wasm' | 'webgpu' | 'native';
}

export interface UseModel {
  command: 'model';
  name: string;
}

export interface UseLead {
  command: 'lead';
  name: string;
}

export interface UseRecording {
  command: 'recording';
  index: number;
}

export interface ChooseRecording {
  command: 'choose_recording';
}

export interface BeatSelected {
  command: 'selected';
  beat: number;
}

export interface Announce {
  command: 'announce';
  text: string;
}

export interface AboutRecording {
  command: 'about';
}

export interface OpenPalette {
  command: 'palette';
}

export interface CopyText {
  command: 'copy';
  text: string;
}

export interface RememberTheme {
  command: 'theme';
  name: 'light' | 'dark' | 'contrast';
}

export interface Drawing {
  command: 'drawing';
  on: boolean;
}

export interface ShowBeat {
  command: 'select_beat';
  beat: number;
}

export interface ShowPlace {
  command: 'go_to';
  first: number;
  last: number;
}

export type Command = ChooseFiles | OpenSample | Cancel | EditBeats | NeedSamples | Export | WriteNote | Explain | AskSecond | Ask | UseProvider | UseModel | UseLead | UseRecording | ChooseRecording | BeatSelected | Announce | AboutRecording | OpenPalette | CopyText | RememberTheme | Drawing | ShowBeat | ShowPlace;

export interface SessionText {
  name: string;
  text: string;
}

export interface OpenJob {
  type: 'open';
  job: number;
  models: string[];
  recordings: number;
  sessions: SessionText[];
  index: number;
  lead: string;
  sampling_rate: number;
  model: string;
  analyze: boolean;
  quiet: boolean;
  review: string;
}

export interface ChooseJob {
  type: 'choose';
  job: number;
  index: number;
  lead: string;
}

export interface NameSetJob {
  type: 'name_set';
  job: number;
  set: number;
  model: string;
}

export interface AnalyzeJob {
  type: 'analyze';
  job: number;
  lead: string;
  findings?: boolean;
}

export interface ModelJob {
  type: 'model';
  job: number;
  name: string;
  lead: string;
}

export interface SecondJob {
  type: 'second';
  job: number;
  name: string;
}

export interface ExplainRequest {
  type: 'explain';
  beat: number;
}

export interface CancelRequest {
  type: 'cancel';
}

export interface EditRequest {
  type: 'edit';
  edit: RelabelBeats | RelabelCluster | AddBeat | RemoveBeats | MoveBeat | SetNotes | NoteBeat | AnswerBeat | PassBeat | CallStretch | Undo | Redo;
}

export interface AskRequest {
  type: 'ask';
  on: boolean;
}

export type Request = OpenJob | ChooseJob | NameSetJob | AnalyzeJob | ModelJob | SecondJob | ExplainRequest | CancelRequest | EditRequest | AskRequest;

export interface LeadInfo {
  name: string;
  unit: string;
  calibration_assumed: boolean;
}

export interface RecordingInfo {
  type: 'recording';
  name: string;
  sampling_rate: number;
  length: number;
  leads: LeadInfo[];
  start?: string;
  warnings: string[];
  has_reference: boolean;
}

export interface RecordingEntry {
  name: string;
  leads: string;
  seconds: number;
  has_reference: boolean;
}

export interface BeatSetEntry {
  name: string;
  beats: number;
}

export interface RecordingsInfo {
  type: 'recordings';
  names: string[];
  entries: RecordingEntry[];
  sets: BeatSetEntry[];
  fresh: number;
  current: number;
}

export interface MetricInfo {
  protocol: string;
  name: string;
  value: number;
}

export interface ModelInfo {
  type: 'model';
  name: string;
  title: string;
  version: string;
  classes: string[];
  labels: string[];
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
  metrics: MetricInfo[];
}

export interface ModelEntry {
  name: string;
  title: string;
  group: string;
  twin: string;
  training_records: string[];
}

export interface ModelsInfo {
  type: 'models';
  names: string[];
  list: ModelEntry[];
  current: string;
}

export interface ProviderInfo {
  type: 'provider';
  current: string;
  choice: string;
  available: string[];
  note: string;
  beats_per_second: number;
}

export interface SummaryInfo {
  type: 'summary';
  counts: number[];
  beats: number;
  seconds: number;
}

export interface WarningsInfo {
  type: 'warnings';
  texts: string[];
}

export interface PoorStretchInfo {
  first: number;
  last: number;
  start_s: number;
  defect: string;
  score: number;
  unreadable: boolean;
}

export interface LeadQuality {
  name: string;
  poor: PoorStretchInfo[];
}

export interface Place {
  first: number;
  last: number;
  start_s: number;
}

export interface QualityInfo {
  type: 'quality';
  leads: LeadQuality[];
  unreadable: Place[];
}

export interface WholeRhythmInfo {
  kind: string;
  rhythm: string;
  probability: number;
}

export interface RhythmEpisode {
  rhythm: string;
  words: string;
  grave: boolean;
  first: number;
  last: number;
  start_s: number;
  seconds: number;
  probability: number;
  from_beats: boolean;
  by_person: boolean;
}

export interface ClassCounts {
  N: number;
  S: number;
  V: number;
  F: number;
  Q: number;
}

export interface RatePointInfo {
  first: number;
  last: number;
  start_s: number;
  bpm: number;
}

export interface HeartRateInfo {
  mean_bpm: number;
  intervals: number;
  averaged_over: number;
  minimum: RatePointInfo;
  maximum: RatePointInfo;
  p5_bpm: number;
  p95_bpm: number;
}

export interface PauseInfo {
  first: number;
  last: number;
  start_s: number;
  seconds: number;
}

export interface RateEpisode {
  first: number;
  last: number;
  start_s: number;
  beats: number;
  mean_bpm: number;
  extreme_bpm: number;
}

export interface EctopicRun {
  first: number;
  last: number;
  start_s: number;
  beats: number;
  rate_bpm?: number;
}

export interface EctopyInfo {
  total: number;
  burden_percent: number;
  isolated: number;
  couplets: number;
  runs: number;
  run_beats: number;
  bigeminy: number;
  bigeminy_beats: number;
  trigeminy: number;
  trigeminy_beats: number;
  longest_run?: EctopicRun;
  fastest_run?: EctopicRun;
}

export interface AfInfo {
  seconds: number;
  percent: number;
  episodes: RateEpisode[];
}

export interface SpectrumInfo {
  method: string;
  segment_s: number;
  segments: number;
  vlf_ms2?: number;
  lf_ms2: number;
  hf_ms2: number;
  total_ms2?: number;
  lf_nu?: number;
  hf_nu?: number;
  lf_hf?: number;
}

export interface HrvSegmentInfo {
  first: number;
  last: number;
  start_s: number;
  nn: number;
  mean_nn_ms?: number;
  sdnn_ms?: number;
  rmssd_ms?: number;
  lf_ms2?: number;
  hf_ms2?: number;
}

export interface HrvInfo {
  untold?: string;
  intervals: number;
  nn: number;
  rejected_gap: number;
  rejected_class: number;
  rejected_outlier: number;
  rejected_percent: number;
  mean_nn_ms?: number;
  sdnn_ms?: number;
  sdann_ms?: number;
  sdnn_index_ms?: number;
  rmssd_ms?: number;
  sdsd_ms?: number;
  nn50?: number;
  pnn50_percent?: number;
  pnn20_percent?: number;
  triangular_index?: number;
  tinn_ms?: number;
  sd1_ms?: number;
  sd2_ms?: number;
  deceleration_capacity_ms?: number;
  turbulence_beats: number;
  turbulence_onset_percent?: number;
  turbulence_slope_ms?: number;
  welch?: SpectrumInfo;
  lomb_scargle?: SpectrumInfo;
  segments: HrvSegmentInfo[];
}

export interface HourInfo {
  first: number;
  last: number;
  start_s: number;
  beats: number;
  mean_bpm?: number;
  minimum_bpm?: number;
  maximum_bpm?: number;
  supraventricular?: number;
  ventricular?: number;
  supraventricular_runs?: number;
  ventricular_runs?: number;
  pauses: number;
  longest_rr_s?: number;
  unreadable_s: number;
  af_candidate_s: number;
}

export interface PeriodInfo {
  night: boolean;
  figures: HourInfo;
}

export interface SilenceInfo {
  first: number;
  last: number;
  start_s: number;
  kind: string;
  open: boolean;
}

export interface RhythmEvent {
  first: number;
  last: number;
  start_s: number;
  kind: string;
  text: string;
  beats?: number;
  rate_bpm?: number;
  seconds?: number;
  probability?: number;
}

export interface ExtremeInfo {
  first: number;
  last: number;
  start_s: number;
  text: string;
}

export interface RhythmInfo {
  type: 'rhythm';
  sampling_rate_hz: number;
  length: number;
  duration_s: number;
  unreadable_s: number;
  no_beats_s: number;
  beats: number;
  beats_unusable: number;
  beats_in_unreadable: number;
  recording?: WholeRhythmInfo;
  episodes?: RhythmEpisode[];
  classes?: ClassCounts;
  heart_rate?: HeartRateInfo;
  longest_rr?: PauseInfo;
  pauses?: PauseInfo[];
  bradycardia?: RateEpisode[];
  tachycardia?: RateEpisode[];
  supraventricular?: EctopyInfo;
  ventricular?: EctopyInfo;
  r_on_t?: number[];
  af_candidates?: AfInfo;
  hrv?: HrvInfo;
  hours: HourInfo[];
  periods: PeriodInfo[];
  silences: SilenceInfo[];
  events: RhythmEvent[];
  extremes: ExtremeInfo[];
  baselines: ExtremeInfo[];
  conclusion: string[];
}

export interface RocInfo {
  class: string;
  area: number;
  positives: number;
  points: [number, number][];
}

export interface ComparisonInfo {
  type: 'comparison';
  labels: string;
  matrix: number[][];
  mismatches: [number, number, number][];
  qrs_sensitivity?: number;
  qrs_predictivity?: number;
  v_sensitivity?: number;
  v_predictivity?: number;
  s_sensitivity?: number;
  s_predictivity?: number;
  rr_rms_error_s?: number;
  roc: RocInfo[];
}

export interface ClusterInfo {
  beats: number;
  outliers: number[];
  typical: number;
  mean_correlation: number;
  shape: ((number | null)[])[];
}

export interface ClustersInfo {
  type: 'clusters';
  shape_mark: number;
  clusters: ClusterInfo[];
  cluster_of: (number | null)[];
}

export interface MeasuredInfo {
  median: number;
  p5: number;
  p95: number;
  beats: number;
}

export interface IntervalFiguresInfo {
  beats: number;
  with_p: number;
  with_t: number;
  rr?: MeasuredInfo;
  p?: MeasuredInfo;
  pr?: MeasuredInfo;
  qrs?: MeasuredInfo;
  qt?: MeasuredInfo;
  qtc_bazett?: MeasuredInfo;
  qtc_fridericia?: MeasuredInfo;
  qtc_framingham?: MeasuredInfo;
  qtc_hodges?: MeasuredInfo;
}

export interface LeadHeightsInfo {
  lead: string;
  beats: number;
  p_mv?: number;
  r_mv?: number;
  s_mv?: number;
  st_mv?: number;
  t_mv?: number;
}

export interface QtRegressionInfo {
  slope: number;
  correlation: number;
  beats: number;
}

export interface IntervalSegmentInfo {
  first: number;
  last: number;
  start_s: number;
  figures: IntervalFiguresInfo;
  st_mv: (number | null)[];
}

export interface IntervalsInfo {
  type: 'intervals';
  model: string;
  model_version: string;
  measured_s: number;
  all: IntervalFiguresInfo;
  lone_p: number;
  leads: LeadHeightsInfo[];
  axis_degrees?: number;
  qt_rr?: QtRegressionInfo;
  segments: IntervalSegmentInfo[];
}

export interface BeatWavesInfo {
  r: number;
  p_onset?: number;
  p_peak?: number;
  p_end?: number;
  qrs_onset?: number;
  qrs_end?: number;
  t_onset?: number;
  t_peak?: number;
  t_end?: number;
}

export interface WavesInfo {
  type: 'waves';
  beats: BeatWavesInfo[];
}

export interface BeatNote {
  sample: number;
  text: string;
}

export interface CalledStretch {
  first: number;
  last: number;
  name: string;
  words: string;
  text: string;
}

export interface EditsInfo {
  type: 'edits';
  count: number;
  in_words: string;
  beat_notes: BeatNote[];
  stretches: CalledStretch[];
  notes: string;
  undo: string;
  redo: string;
}

export interface AnsweredBeat {
  sample: number;
  class: string | null;
  moved: number;
}

export interface AskedBeat {
  beat: number;
  sample: number;
  alike: number;
}

export interface QuestionInfo {
  type: 'question';
  answers: AnsweredBeat[];
  moved: number;
  next?: AskedBeat;
}

export interface StorageInfo {
  type: 'storage';
  state: 'writing' | 'kept' | 'refused';
}

export interface SecondInfo {
  type: 'second';
  name: string;
  title: string;
  lead: string;
  classes: string[];
  samples: number[];
  labels: number[];
  matrix?: number[][];
}

export interface GroupChange {
  name: string;
  change: number;
}

export interface ExplanationInfo {
  type: 'explanation';
  sample: number;
  class: string;
  probability: number;
  first: number;
  saliency: number[];
  groups: GroupChange[];
}

export interface OutdatedInfo {
  type: 'outdated';
}

export interface ProgressInfo {
  type: 'progress';
  stage: string;
  fraction: number;
}

export interface ErrorInfo {
  type: 'error';
  text: string;
}

export interface NoticeInfo {
  type: 'notice';
  text: string;
}

export interface FactsInfo {
  type: 'facts';
  facts: RecordingFacts;
}

export interface JobDone {
  type: 'done';
  job: number;
  errors: string[];
}

export interface JobFailed {
  type: 'failed';
  job: number;
  errors: string[];
  cancelled: boolean;
  needs_sampling_rate: boolean;
}

export type Message = RecordingInfo | RecordingsInfo | ModelInfo | ModelsInfo | ProviderInfo | SummaryInfo | WarningsInfo | QualityInfo | RhythmInfo | ComparisonInfo | ClustersInfo | IntervalsInfo | WavesInfo | EditsInfo | QuestionInfo | StorageInfo | SecondInfo | ExplanationInfo | OutdatedInfo | ProgressInfo | ErrorInfo | NoticeInfo | FactsInfo | JobDone | JobFailed;

export interface UseTheme {
  type: 'theme';
  name: string;
}

export interface RunCommand {
  type: 'run';
  name: string;
}

export interface SamplesInfo {
  type: 'samples';
  names: string[];
}

export interface GoTo {
  type: 'go_to';
  first: number;
  last: number;
}

export interface SelectBeat {
  type: 'select';
  beat: number;
}

export type WindowRequest = UseTheme | RunCommand | SamplesInfo | GoTo | SelectBeat | ErrorInfo | NoticeInfo;
