// The public face of tapeless/data: arrays, datasets, splits, folds, batches, scaling, labels, tables and files.
// Runs unchanged in a browser.

export type {
  ColumnData,
  IntegerData,
  NestedNumbers,
  NumericArray,
  NumericData,
  RealData,
  RealSource,
  RowIndices,
} from './array.ts';
export { array, row, rowCount, rowLength, rows, sliceRows, takeRows, withShape } from './array.ts';
export type { Batches, BatchOptions } from './batch.ts';
export { batches, batchIndices } from './batch.ts';
export type { CsvOptions } from './csv.ts';
export { missingMarkers, parseCsv } from './csv.ts';
export type { DataErrorCode } from './data-error.ts';
export type {
  ClassNames,
  ColumnOf,
  ColumnSource,
  ColumnSources,
  Dataset,
  DatasetOptions,
  Feeds,
  FeedsOf,
} from './dataset.ts';
export { dataset } from './dataset.ts';
export type { CrossValidationOptions, Fold, FoldOptions, ShuffledFoldOptions } from './fold.ts';
export { kFold, shuffledCrossValidation, shuffledFolds, stratifiedKFold } from './fold.ts';
export type { RandomGenerator } from './generator.ts';
export { generator, permutation } from './generator.ts';
export type { IdxArray, IdxElements, IdxElementType } from './idx.ts';
export { flattenImages, parseIdx } from './idx.ts';
export type {
  ClassValue,
  EncodedLabels,
  FittedLabelEncoder,
  LabelEncoder,
  LabelEncoderJson,
} from './label-encoder.ts';
export { labelEncoder } from './label-encoder.ts';
export type { PngOptions } from './image.ts';
export { parsePng, stackImages } from './image.ts';
export type { JsonLinesOptions } from './json-lines.ts';
export { parseJsonLines } from './json-lines.ts';
export type { LabelSource } from './labels.ts';
export { argmaxRows, classCounts, labels, oneHot } from './labels.ts';
export type {
  FittedMinMaxScaler,
  MinMaxScaler,
  MinMaxScalerJson,
  MinMaxScalerOptions,
} from './min-max-scaler.ts';
export { minMaxScaler } from './min-max-scaler.ts';
export type { BinaryOptions, NpyArray, NpyElements, NpyElementType } from './npy.ts';
export { parseNpy } from './npy.ts';
export { encodeNpy } from './npy-encode.ts';
export { parseNpz } from './npz.ts';
export type { NumpyRandomState } from './numpy-random.ts';
export { numpyRandomState } from './numpy-random.ts';
export type { RandomSourceOptions } from './random-source.ts';
export type { FittedKinds } from './restore.ts';
export { restore } from './restore.ts';
export type {
  FittedRobustScaler,
  RobustScaler,
  RobustScalerJson,
  RobustScalerOptions,
} from './robust-scaler.ts';
export { robustScaler } from './robust-scaler.ts';
export type { BalancedSamplerOptions, Sampler, WeightedSamplerOptions } from './sampler.ts';
export { balancedSampler, balancedWeights, weightedSampler } from './sampler.ts';
export type { FittedStandardScaler, StandardScaler, StandardScalerJson } from './scaler.ts';
export { standardScaler } from './scaler.ts';
export type { IndexSplitOptions, SplitOptions, TrainTestOptions } from './split.ts';
export { partitionIndices, split, trainTestSplit } from './split.ts';
export type {
  AnyTable,
  ArrayColumn,
  BooleanColumn,
  CellKind,
  ColumnKinds,
  ColumnOfKind,
  FeedsOfSelection,
  IntegerColumn,
  RealColumn,
  Table,
  TableColumn,
  TableColumns,
  TableSelection,
  TextColumn,
} from './table.ts';
export { dropMissing, features, fillMissing, missingCounts, tableDataset, takeTableRows } from './table.ts';
export type { TextOptions } from './text.ts';
