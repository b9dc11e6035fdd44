// The public face of the core: everything that a model is declared, compiled and run with. It runs in a browser.
export { dim, type Dim, type Shape, type Size, type Sizes } from './ir/size.ts';
export type { DType, FloatDType } from './ir/dtype.ts';
export type { ContractionAxes } from './ir/lowering.ts';
export type { CallSite } from './ir/origin.ts';
export type { Tensor } from './ir/node.ts';
export type { Operand } from './ir/types/broadcast.ts';
export type { Channels, Features, LayerRule, Pipe, Same, Trailing } from './ir/types/layer.ts';
export type { Flattening } from './ir/types/spatial.ts';
export type { AnyShape, Residual } from './ir/types/combinator.ts';
export type { SliceRange } from './ir/types/movement.ts';
export {
  DataError,
  DeclarationError,
  DTypeError,
  FeedError,
  InternalError,
  NumericsError,
  ShapeError,
  TapelessError,
  type Span,
} from './ir/errors.ts';

export { constant, input, scalar, sizeOf } from './ops/leaf.ts';
export { stepCounter } from './ops/counters.ts';
export {
  add,
  div,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalOr,
  logicalXor,
  maximum,
  minimum,
  mul,
  notEqual,
  pow,
  sub,
  type DivOptions,
} from './ops/arithmetic.ts';
export {
  abs,
  ceil,
  cos,
  erf,
  exp,
  expm1,
  floor,
  isNaN,
  log,
  log1p,
  logicalNot,
  neg,
  positive,
  reciprocal,
  round,
  rsqrt,
  sign,
  sin,
  sqrt,
  square,
  trunc,
  type RoundOptions,
} from './ops/unary.ts';
export {
  bitwiseAnd,
  bitwiseLeftShift,
  bitwiseNot,
  bitwiseOr,
  bitwiseRightShift,
  bitwiseXor,
} from './ops/bitwise.ts';
export {
  addcdiv,
  addcmul,
  copysign,
  heaviside,
  hypot,
  isClose,
  lerp,
  squaredDifference,
  step,
  type CloseOptions,
  type ScaleOptions,
} from './ops/blend.ts';
export { clamp, fmax, fmin, type ClampBounds } from './ops/clamp.ts';
export { divNoNan, floorDivide, fmod, remainder } from './ops/division.ts';
export { acosh, asinh, atanh, cosh, sinh } from './ops/hyperbolic.ts';
export { exp2, log10, log2, logaddexp, logaddexp2, logit, xlog1py, xlogy } from './ops/logarithm.ts';
export { frac, isFinite, isInf, nanToNum, type NanToNumOptions } from './ops/rounding.ts';
export { digamma, erfc, erfinv, lgamma, polygamma } from './ops/special.ts';
export { i0, i0e, i1, i1e } from './ops/bessel.ts';
export { entr, erfcx, logNdtr, ndtr, ndtri } from './ops/normal-distribution.ts';
export { frexp, ldexp, nextafter } from './ops/representation.ts';
export { acos, asin, atan, atan2, sinc, tan } from './ops/trigonometric.ts';
export { cast, stopGradient, straightThrough, where } from './ops/select.ts';
export { broadcastTo } from './ops/broadcast.ts';
export { expandDims, ravel, reshape, squeeze } from './ops/reshape.ts';
export { concat, stack } from './ops/concat.ts';
export { flip, slice, transpose } from './ops/movement.ts';
export { pad, type PadMode, type PadOptions } from './ops/pad.ts';
export { chunk, narrow, select, split, tensorSplit, unbind } from './ops/parts.ts';
export { movedim, rot90, swapaxes } from './ops/axes.ts';
export {
  cumulativeTrapezoid,
  diff,
  trapezoid,
  type DiffOptions,
  type TrapezoidOptions,
} from './ops/difference.ts';
export { diagonalScatter, selectScatter, sliceScatter, type RegionRange } from './ops/region.ts';
export { renorm } from './ops/renorm.ts';
export { expand, repeat, repeatInterleave, roll, tile, type RepeatInterleaveOptions } from './ops/repeat.ts';
export {
  diag,
  diagEmbed,
  diagonal,
  eye,
  trace,
  tril,
  triu,
  type DiagonalOptions,
  type EyeOptions,
} from './ops/diagonal.ts';
export {
  arange,
  filledLike,
  linspace,
  logspace,
  meshgrid,
  onesLike,
  zerosLike,
  type ArangeOptions,
  type LogspaceOptions,
  type MeshgridOptions,
  type SpaceOptions,
} from './ops/creation.ts';
export { atleast1d, atleast2d, atleast3d, columnStack, dstack, hstack, vstack } from './ops/stacking.ts';
export {
  batchToSpace,
  depthToSpace,
  pixelShuffle,
  pixelUnshuffle,
  spaceToBatch,
  spaceToDepth,
  type BlockOptions,
} from './ops/blocks.ts';
export {
  max,
  mean,
  min,
  prod,
  sum,
  variance,
  type ReduceOptions,
  type VarianceOptions,
} from './ops/reduce.ts';
export { argmax, argmin } from './ops/arg-extreme.ts';
export {
  cummax,
  cummin,
  cumprod,
  cumsum,
  logCumSumExp,
  type CumulativeOptions,
  type RunningExtremes,
} from './ops/cumulative.ts';
export { all, any, countNonzero } from './ops/truth.ts';
export { maxWithIndex, minWithIndex, type ValuesAndIndices } from './ops/extremes.ts';
export { logSumExp } from './ops/log-sum-exp.ts';
export { matrixNorm, norm, vecdot, type MatrixNormOptions, type NormOptions } from './ops/norm.ts';
export { moments, std, stdMean, varMean } from './ops/variance.ts';
export { nanmean, nansum } from './ops/without-nan.ts';
export { argsort, kthvalue, sort, topk, type SortOptions, type TopKOptions } from './ops/sort.ts';
export {
  median,
  mode,
  nanmedian,
  nanquantile,
  quantile,
  type Interpolation,
  type QuantileOptions,
} from './ops/quantile.ts';
export { bucketize, searchSorted, type SearchOptions } from './ops/search.ts';
export { bincount, histogram, type BincountOptions, type HistogramOptions } from './ops/counting.ts';
export { nonzero, unique, type Distinct, type SizedOptions, type UniqueOptions } from './ops/distinct.ts';
export { segmentMax, segmentMean, segmentMin, segmentProd, segmentSum } from './ops/segment.ts';
export { contract, matmul } from './ops/contraction.ts';
export { gather, oneHot, type OneHotOptions } from './ops/gather.ts';
export { gatherNd, indexSelect, take, takeAlongDim, type TakeOptions } from './ops/take.ts';
export {
  indexAdd,
  indexCopy,
  indexFill,
  indexPut,
  scatterNd,
  tensorScatterUpdate,
  type IndexAddOptions,
  type IndexPutOptions,
} from './ops/index-update.ts';
export { maskedFill, maskedScatter, maskedSelect, type MaskedSelectOptions } from './ops/mask.ts';
export { embeddingLookup, type EmbeddingLookupOptions } from './ops/embedding.ts';
export {
  scatter,
  scatterAdd,
  scatterReduce,
  type ScatterReduceOptions,
  type ScatterReduction,
} from './ops/scatter.ts';
export { einsum } from './ops/einsum.ts';
export { bmm, crossProduct, dot, inner, kron, mm, mv, outer, vdot } from './ops/product.ts';
export { addbmm, addmm, addmv, addr, baddbmm, type AddedProductOptions } from './ops/added-product.ts';
export { tensordot } from './ops/tensordot.ts';
export { multiDot } from './ops/multi-dot.ts';
export { bandPart, gramSchmidt, qr, type QrFactors, type QrOptions } from './ops/orthogonal.ts';
export {
  cdist,
  cosineSimilarity,
  normalize,
  pairwiseDistance,
  type CosineSimilarityOptions,
  type NormalizeOptions,
  type PairwiseDistanceOptions,
} from './ops/distance.ts';
export { cropAndResize, type CropOptions } from './ops/image/crop.ts';
export { grayscaleToRgb, otsuThreshold, rgbToGrayscale } from './ops/image/colour.ts';
export { nonMaxSuppression, type ChosenBoxes, type SuppressionOptions } from './ops/image/suppression.ts';
export { transformImages, type Surroundings, type TransformOptions } from './ops/image/transform.ts';
export { resizeImages, type ResizeOptions } from './ops/image/resize.ts';
export type { Sampling } from './ops/image/sample.ts';
export { frame, hammingWindow, hannWindow, stft, type FrameOptions } from './ops/signal.ts';
export { fft, ifft, irfft, rfft, type ComplexParts } from './ops/spectrum.ts';
export { filled, iota, randomBits, randomNormal, randomUniform } from './ops/random.ts';

export { grad, type GradOptions } from './autodiff/grad.ts';

export { embedding, type EmbeddingOptions } from './nn/embedding.ts';
export {
  defineLayer,
  parametersOf,
  type Layer,
  type LayerContext,
  type LayerDefinition,
  type Module,
} from './nn/layer.ts';
export { sequential } from './nn/sequential.ts';
export {
  parallel,
  residual,
  type Join,
  type ParallelOptions,
  type ResidualOptions,
} from './nn/combinator.ts';
export { identity, unflatten } from './nn/shape-layer.ts';
export { linear, type LinearOptions } from './nn/linear.ts';
export { bilinear, type Bilinear, type BilinearOptions } from './nn/bilinear.ts';
export { scaledDotProductAttention, type AttentionOptions } from './nn/attention.ts';
export {
  multiheadAttention,
  type AttentionResult,
  type MultiheadAttention,
  type MultiheadAttentionOptions,
  type MultiheadMasks,
} from './nn/multihead-attention.ts';
export {
  transformerEncoderLayer,
  type TransformerEncoderLayer,
  type TransformerEncoderOptions,
} from './nn/transformer.ts';
export { positionalEncoding, type PositionalEncodingOptions } from './nn/positional-encoding.ts';
export {
  gruCell,
  lstmCell,
  rnnCell,
  type HiddenCell,
  type LstmCell,
  type LstmState,
  type RecurrentCellOptions,
  type RnnCellOptions,
} from './nn/recurrent-cell.ts';
export {
  gru,
  lstm,
  rnn,
  type InitialLstmState,
  type InitialState,
  type LstmLayer,
  type Recurrent,
  type RecurrentOptions,
  type RnnOptions,
  type Unrolled,
  type UnrolledLstm,
} from './nn/recurrent.ts';
export {
  hardsigmoid,
  hardswish,
  logSigmoid,
  mish,
  relu,
  relu6,
  sigmoid,
  silu,
  softsign,
  tanh,
  tanhshrink,
  type Activation,
  type NumberActivation,
  type OptionActivation,
} from './nn/activation.ts';
export {
  celu,
  elu,
  gelu,
  hardtanh,
  leakyRelu,
  prelu,
  rrelu,
  selu,
  softplus,
  threshold,
  type GeluOptions,
  type HardtanhOptions,
  type PreluOptions,
  type RreluOptions,
  type SoftplusOptions,
} from './nn/rectifier.ts';
export { glu, hardshrink, softshrink } from './nn/shrinkage.ts';
export { logSoftmax, softmax, softmin } from './nn/softmax.ts';
export { gumbelSoftmax, type GumbelSoftmaxOptions } from './nn/gumbel.ts';
export { lpPool1d, lpPool2d, type PowerPoolingOptions } from './nn/power-pooling.ts';
export {
  alphaDropout,
  dropout,
  dropout1d,
  dropout2d,
  dropout3d,
  featureAlphaDropout,
  type DropoutCall,
  type DropoutOptions,
} from './nn/dropout.ts';
export {
  batchNorm,
  batchNorm1d,
  batchNorm2d,
  batchNorm3d,
  type BatchNormCall,
  type BatchNormOptions,
  type BatchNormResult,
} from './nn/batch-norm.ts';
export { groupNorm, type GroupNormCall, type GroupNormOptions } from './nn/group-norm.ts';
export {
  instanceNorm,
  instanceNorm1d,
  instanceNorm2d,
  instanceNorm3d,
  type InstanceNormCall,
  type InstanceNormOptions,
  type InstanceNormResult,
} from './nn/instance-norm.ts';
export {
  layerNorm,
  rmsNorm,
  type LayerNormCall,
  type LayerNormOptions,
  type RmsNormCall,
  type RmsNormOptions,
} from './nn/layer-norm.ts';
export {
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
  type ConvolutionLayerOptions,
  type TransposedConvolutionLayerOptions,
} from './nn/conv.ts';
export type {
  ConvolutionGeometry,
  ConvolutionOptions,
  Padding,
  TransposedConvolutionOptions,
} from './nn/convolution.ts';
export {
  avgPool1d,
  avgPool2d,
  avgPool3d,
  maxPool1d,
  maxPool2d,
  maxPool3d,
  maxPoolWithIndices,
  type AveragePoolingOptions,
  type MaxPoolingOptions,
  type PoolingOptions,
} from './nn/pooling.ts';
export {
  adaptiveAvgPool1d,
  adaptiveAvgPool2d,
  adaptiveAvgPool3d,
  adaptiveMaxPool1d,
  adaptiveMaxPool2d,
  adaptiveMaxPool3d,
  adaptiveMaxPoolWithIndices,
  type AdaptivePoolingOptions,
  type AdaptiveSize,
} from './nn/adaptive-pooling.ts';
export { maxUnpool1d, maxUnpool2d, maxUnpool3d, type UnpoolingOptions } from './nn/unpooling.ts';
export {
  affineGrid,
  gridSample,
  type AffineGridOptions,
  type GridPadding,
  type GridSampleOptions,
  type GridSampling,
} from './nn/grid-sample.ts';
export type { PerAxis } from './nn/spatial.ts';
export {
  interpolate,
  upsample,
  type InterpolationMode,
  type InterpolationOptions,
} from './nn/interpolate.ts';
export { fold, unfold, type UnfoldOptions } from './nn/unfold.ts';
export { localResponseNorm, type LocalResponseNormOptions } from './nn/local-response-norm.ts';
export { flatten } from './nn/flatten.ts';
export {
  huber,
  l1Loss,
  logCosh,
  mse,
  smoothL1,
  type HuberOptions,
  type LossOptions,
  type SmoothL1Options,
} from './nn/loss.ts';
export {
  bce,
  bceWithLogits,
  focalLoss,
  type BceOptions,
  type BceWithLogitsOptions,
  type FocalOptions,
} from './nn/binary-loss.ts';
export {
  hinge,
  hingeEmbedding,
  marginRanking,
  multilabelSoftMargin,
  softMargin,
  type HingeOptions,
  type MarginOptions,
  type MultilabelSoftMarginOptions,
} from './nn/margin-loss.ts';
export { multilabelMargin, multiMargin, type MultiMarginOptions } from './nn/class-margin-loss.ts';
export { cosineEmbedding, tripletMargin, type TripletMarginOptions } from './nn/distance-loss.ts';
export {
  gaussianNll,
  klDiv,
  poissonNll,
  type GaussianNllOptions,
  type KlDivOptions,
  type PoissonNllOptions,
} from './nn/likelihood-loss.ts';
export { crossEntropy, nll, type CrossEntropyOptions, type NllOptions } from './nn/cross-entropy.ts';
export { accuracy } from './nn/accuracy.ts';
export {
  binaryAccuracy,
  confusionMatrix,
  f1,
  precision,
  recall,
  topKAccuracy,
  type BinaryAccuracyOptions,
  type ClassAverage,
  type ClassificationOptions,
  type ConfusionMatrixOptions,
  type ConfusionNormalisation,
} from './nn/classification-metric.ts';
export { mae, perplexity, r2, rmse } from './nn/regression-metric.ts';
export {
  constantInit,
  gain,
  kaimingNormal,
  kaimingUniform,
  normal,
  ones,
  uniform,
  xavierNormal,
  xavierUniform,
  zeros,
  type InitialContext,
  type Initialiser,
  type KaimingOptions,
  type Nonlinearity,
  type XavierOptions,
} from './nn/initialiser.ts';
export { truncatedNormal } from './nn/truncated-normal.ts';
export { orthogonal, type OrthogonalOptions } from './nn/orthogonal.ts';
export {
  dirac,
  identityInit,
  sparse,
  type DiracOptions,
  type SparseOptions,
} from './nn/structured-initialiser.ts';
export {
  lecunNormal,
  lecunUniform,
  varianceScaling,
  type VarianceScalingOptions,
} from './nn/variance-scaling.ts';

export { adadelta, type AdadeltaOptions } from './optim/adadelta.ts';
export { adafactor, type AdafactorOptions } from './optim/adafactor.ts';
export { adagrad, type AdagradOptions } from './optim/adagrad.ts';
export { adam, adamW, type AdamOptions } from './optim/adam.ts';
export { adamax, type AdamaxOptions } from './optim/adamax.ts';
export { asgd, type AsgdOptions } from './optim/asgd.ts';
export { lamb, type LambOptions } from './optim/lamb.ts';
export { lion, type LionOptions } from './optim/lion.ts';
export { nadam, type NadamOptions } from './optim/nadam.ts';
export { radam, type RadamOptions } from './optim/radam.ts';
export { rmsprop, type RmspropOptions } from './optim/rmsprop.ts';
export { rprop, type RpropOptions } from './optim/rprop.ts';
export { sgd, type SgdOptions } from './optim/sgd.ts';
export { groups, type ParameterGroup } from './optim/groups.ts';
export { adjustable } from './optim/adjustable.ts';
export {
  cosineAnnealingLr,
  cosineWarmRestartsLr,
  type CosineAnnealingLrOptions,
  type CosineWarmRestartsLrOptions,
} from './optim/schedule/cosine.ts';
export {
  cyclic,
  oneCycle,
  type Cycle,
  type CyclicMode,
  type CyclicOptions,
  type OneCycleOptions,
} from './optim/schedule/cycle.ts';
export {
  constantLr,
  exponentialLr,
  lambdaLr,
  linearLr,
  multiStepLr,
  polynomialLr,
  stepLr,
  type ConstantLrOptions,
  type ExponentialLrOptions,
  type LinearLrOptions,
  type MultiStepLrOptions,
  type PolynomialLrOptions,
  type StepLrOptions,
} from './optim/schedule/decay.ts';
export { multiplicativeLr, type MultiplicativeLrOptions } from './optim/schedule/multiplicative.ts';
export { perEpoch, type Schedule } from './optim/schedule/schedule.ts';
export {
  sequentialLr,
  warmUp,
  type SequentialLrOptions,
  type WarmUpOptions,
} from './optim/schedule/sequence.ts';
export { ema, swa, type Average, type AverageOptions, type EmaOptions } from './optim/average.ts';
export {
  centralise,
  clipNorm,
  clipValue,
  globalNorm,
  type ClipNormOptions,
  type GradientTransform,
} from './optim/clip.ts';
export type { ParameterChoice } from './optim/choice.ts';
export { l1, l2, type Penalty, type PenaltyOptions } from './optim/penalty.ts';
export { defineOptimizer, type Optimizer, type Scheduled, type UpdateContext } from './optim/optimizer.ts';

export type { Build, BuildOptions, Target } from './compiler/build-options.ts';
export type { Compilation, Entry, StageReport } from './compiler/compilation.ts';
export type { Declaration } from './compiler/declaration.ts';
export type { DiagramOptions, DiagramView } from './compiler/diagram.ts';
export {
  diffPrograms,
  type Comparable,
  type LayerDifference,
  type LayerSide,
  type NamedDifference,
  type ProgramDiff,
} from './compiler/diff/diff.ts';
export type { Reason } from './compiler/diff/merge.ts';
export type { DifferenceKind } from './emit/dot/diff.ts';
export type { EmissionReport, WasmProgram } from './compiler/emission.ts';
export type { ExplainOptions } from './compiler/explain.ts';
export type { KernelProfile, Profile, ProfiledEntry, ProfiledLap, Throughput } from './compiler/profile.ts';
export type { CompleteEvent, MetadataEvent, Trace } from './compiler/trace.ts';

export type { Numerics } from './emit/wasm/artefact.ts';

export { compile, edit, type DeclarationDraft, type Program } from './runtime/program.ts';
export type { NumericTensor, Results, Session, SessionOptions, Snapshot } from './runtime/session.ts';
export type { Feed, Feeds } from './runtime/feeds.ts';
export type { ProfileOptions } from './runtime/profiler.ts';
export type { Specialisation } from './runtime/specialisation.ts';
