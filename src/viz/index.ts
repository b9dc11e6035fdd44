// tapeless/viz: pictures of models and of training, as SVG text. Of the compiler it knows the palette of its diagrams.
export { card, cardPadding, type CardHeader, type Headline } from './card.ts';
export { curves, type CurvesOptions, type PanelOptions, type Series } from './curves.ts';
export type { Caption, CaptionPart } from './caption.ts';
export { confusionMatrix, type ConfusionOptions } from './confusion.ts';
export { renderDiagram } from './diagram.ts';
export { interactiveDiagram, type Diagrammed, type InteractiveDiagramOptions } from './interactive.ts';
export {
  imageGrid,
  misclassifiedGrid,
  type GridLook,
  type ImageGridOptions,
  type Misclassified,
} from './image-grid.ts';
export type { ImageSize, PixelRange, Pixels } from './pixels.ts';
export { profileChart, type ProfileChartOptions } from './profile-chart.ts';
export { toPng, type RasterOptions } from './raster.ts';
export type { ValueFormat } from './scale.ts';
export {
  adaptToDarkMode,
  dark,
  darkPartners,
  fonts,
  light,
  seriesRoles,
  type Role,
  type RoleColours,
  type Scheme,
} from './theme.ts';
export { weightImages, type WeightImagesOptions } from './weight-images.ts';
export { decisionRegions, type DecisionRegionsOptions } from './regions.ts';
export { histogram, type Histogram, type HistogramOptions } from './histogram.ts';
export { histogramRidges, type HistogramRidgesOptions, type LayerHistograms } from './ridges.ts';
export { learningRateCurve, type LearningRateCurveOptions } from './learning-rates.ts';
export { regressionScatter, type RegressionScatterOptions } from './regression.ts';
export { compareRuns, type CompareRunsOptions, type MetricOptions, type Run } from './run-bars.ts';
export { htmlReport } from './report/report.ts';
export type {
  ReportOptions,
  ReportedEpoch,
  ReportedHistograms,
  ReportedHistory,
  ReportedLayer,
  ReportedMistakes,
  ReportedPicture,
  ReportedProgram,
  ReportedWeights,
} from './report/options.ts';
export {
  histogramRecorder,
  type HistogramRecorder,
  type HistogramRecorderOptions,
  type RecordedLayer,
  type RecordedValues,
} from './recorder.ts';
export { gradientFlow, type GradientFlowOptions } from './gradient-flow.ts';
export { precisionRecallCurves, rocCurves, type NamedCurves, type ScoreCurveLook } from './score-curves.ts';
export { reliabilityDiagram, type ReliabilityOptions } from './reliability.ts';
export { classScoreBars, type ClassScoreBarsOptions } from './class-score-bars.ts';
export { residualHistogram, type ResidualHistogramOptions } from './residuals.ts';
export { parallelCoordinates, type ParallelCoordinatesOptions, type Trial } from './parallel-coordinates.ts';
export { liveCurves, type LiveCurvesOptions, type LiveEvent } from './live.ts';
