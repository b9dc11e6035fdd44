// The public face of tapeless/train: the training loop, evaluation and prediction over datasets, and what can be
// said of the results. Runs unchanged in a browser.

export type { MonitoredEpoch, MonitorMode, MonitorOptions, MonitorState } from './best-epoch.ts';
export type { MisclassifiedOptions, MisclassifiedSample } from './classification.ts';
export { accuracyOf, confusionCounts, misclassified } from './classification.ts';
export type {
  CrossValidateOptions,
  CrossValidation,
  CrossValidationJson,
  FoldContext,
  FoldResult,
  ReshuffledFolds,
} from './cross-validate.ts';
export { crossValidate } from './cross-validate.ts';
export type { EvaluateOptions } from './evaluate.ts';
export { evaluate } from './evaluate.ts';
export type { Checkpoint, SessionState, TrainingProgress } from './checkpoint.ts';
export { decodeCheckpoint } from './checkpoint.ts';
export type { CheckpointInterval, CheckpointOptions } from './checkpoint-options.ts';
export type { Course } from './course.ts';
export { fit } from './fit.ts';
export type { BetweenOptions, NumberRange, PointOf, SearchSpace } from './search-space.ts';
export { between } from './search-space.ts';
export type { SearchOptions, SearchResult, Trial, TrialResult } from './search.ts';
export { search } from './search.ts';
export type { TrainingRun } from './run.ts';
export { fitEpochs } from './run.ts';
export type { BestEpoch, EpochRecord, History, HistoryJson, SeriesName, StopReason } from './history.ts';
export type { EarlyStopping, EpochData, FitOptions, TrainingData } from './options.ts';
export { predictAll } from './predict.ts';
export type {
  BatchDone,
  EpochDone,
  ProgressListener,
  TrainingEnded,
  TrainingEvent,
  TrainingPosition,
  TrainingStarted,
} from './progress.ts';
export type { MedianPruningOptions, Pruner, Reports, SuccessiveHalvingOptions } from './pruning.ts';
export { medianPruning, successiveHalving } from './pruning.ts';
export type { RateReduction } from './rate-reducer.ts';
export { reduceOnPlateau, type Plateau, type PlateauOptions, type PlateauRule } from './reduce-on-plateau.ts';
export type { Spread } from '../metrics/spread.ts';
export { spreadOf } from '../metrics/spread.ts';
export type {
  BatchMeasures,
  EvaluableSession,
  Measures,
  Prediction,
  PredictingSession,
  PredictionData,
  TrainableSession,
} from './trainable.ts';
export type { PositiveOption } from '../metrics/binary.ts';
export {
  calibrationCurve,
  type CalibrationBin,
  type CalibrationCurve,
  type CalibrationOptions,
} from '../metrics/calibration.ts';
export { precisionRecallCurve, type PrecisionRecallCurve } from '../metrics/precision-recall.ts';
export { rocCurve, type RocCurve } from '../metrics/roc.ts';
export { classScores, type ClassScore, type ClassScores } from '../metrics/class-scores.ts';
export type { MeasureSums } from './weighted-mean.ts';
