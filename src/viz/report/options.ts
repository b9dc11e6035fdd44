// What a report is made of. All parts are plain data, and all but the title may be left out. What comes from training is
// typed by its structure, since training stands above pictures.
import type { DiagramOptions, DiagramView } from '../../compiler/diagram.ts';
import type { Profile } from '../../compiler/profile.ts';
import type { CalibrationCurve } from '../../metrics/calibration.ts';
import type { PrecisionRecallCurve } from '../../metrics/precision-recall.ts';
import type { RocCurve } from '../../metrics/roc.ts';
import type { ConfusionOptions } from '../confusion.ts';
import type { LearningRateCurveOptions } from '../learning-rates.ts';
import type { GridLook, Misclassified } from '../image-grid.ts';
import type { ImageSize, Pixels } from '../pixels.ts';
import type { ParallelCoordinatesOptions } from '../parallel-coordinates.ts';
import type { NamedCurves } from '../score-curves.ts';
import type { RegressionScatterOptions } from '../regression.ts';
import type { LayerHistograms } from '../ridges.ts';
import type { WeightImagesOptions } from '../weight-images.ts';

/** A compiled program, as far as a report reads it. */
export interface ReportedProgram {
  readonly name: string;
  readonly target: string;
  readonly numerics: string;
  readonly threads: number;
  readonly source: string;
  readonly wasm: { readonly text: string } | null;
  readonly toDot: (options: DiagramOptions) => string;
  readonly explain: () => string;
  readonly summary: () => string;
}

/** One epoch of a history. */
export interface ReportedEpoch {
  readonly epoch: number;
  readonly steps: number;
  readonly seconds: number;
  readonly samplesPerSecond?: number | undefined;
  readonly training: Readonly<Record<string, number>>;
  readonly validation?: Readonly<Record<string, number>> | undefined;
}

/** A history as `fit` returns it, or as it was written to a file. */
export interface ReportedHistory {
  readonly epochs: readonly ReportedEpoch[];
  readonly best?:
    | {
        readonly monitor: string;
        readonly epoch: number;
        readonly value: number;
        readonly restored: boolean;
      }
    | undefined;
  readonly reason: string;
  readonly steps: number;
  readonly seconds: number;
}

/** A picture of the caller's. */
export interface ReportedPicture {
  readonly title: string;
  readonly svg: string;
  /** A sentence below it. */
  readonly note?: string | undefined;
}

/** Misclassified images. */
export interface ReportedMistakes extends ImageSize, Pick<GridLook, 'range' | 'limit' | 'columns'> {
  readonly samples: readonly Misclassified[];
  readonly classNames?: readonly string[] | undefined;
}

/** The weights of a layer that reads images. */
export interface ReportedWeights extends Omit<WeightImagesOptions, 'headline'> {
  readonly values: Pixels | readonly Pixels[];
}

/** One layer of {@link ReportedHistograms}; norms make a picture of their own. */
export interface ReportedLayer extends LayerHistograms {
  readonly norms?: readonly number[] | undefined;
}

/** Histograms of layers over time, as `histogramRecorder` keeps them. */
export interface ReportedHistograms {
  readonly layers: readonly ReportedLayer[];
  readonly moments?: readonly number[] | undefined;
  /** Default `'epoch'`. */
  readonly momentName?: string | undefined;
}

/** Options of {@link htmlReport}; only `title` is needed. */
export interface ReportOptions {
  readonly title: string;
  readonly subtitle?: string | undefined;
  /** When the run was made, as it should be printed; a `Date` is printed as its ISO date and time. Default: none. */
  readonly date?: string | Date | undefined;
  /** Layers, code, explanation, plan. */
  readonly program?: ReportedProgram | undefined;
  /**
   * Diagrams of the program to make, or pictures of it that were made before. Default: model, forward, backward, step,
   * kernels and memory if graphviz-cli is installed, else none; `false`: none.
   */
  readonly diagrams?: readonly (DiagramView | ReportedPicture)[] | false | undefined;
  /** Rows of the data sets, `{ training: 800, validation: 200, test: 100 }`. */
  readonly data?: Readonly<Record<string, number>> | undefined;
  readonly history?: ReportedHistory | undefined;
  /** Measures of the final model, `{ loss: 0.21, accuracy: 0.94 }`; those named like an accuracy are in percent. */
  readonly measures?: Readonly<Record<string, number>> | undefined;
  /** What `measures` are of. Default `'test'`. */
  readonly measuredOn?: string | undefined;
  readonly learningRate?: Omit<LearningRateCurveOptions, 'title' | 'headline' | 'width'> | undefined;
  /** The confusion matrix; a table of precision, recall and F1 comes with it. */
  readonly confusion?:
    | (Pick<ConfusionOptions, 'classNames'> & {
        readonly counts: ArrayLike<number> | readonly ArrayLike<number>[];
      })
    | undefined;
  readonly mistakes?: ReportedMistakes | undefined;
  /** ROC curves, as `rocCurve` of tapeless/train makes them: one, or several by name. */
  readonly roc?: NamedCurves<RocCurve> | undefined;
  /** Precision over recall, as `precisionRecallCurve` makes it. */
  readonly precisionRecall?: NamedCurves<PrecisionRecallCurve> | undefined;
  /** How reliable probabilities are, as `calibrationCurve` says. */
  readonly calibration?: CalibrationCurve | undefined;
  /** What a search over hyper-parameters tried; `valueName` and `better` as in {@link parallelCoordinates}. */
  readonly search?:
    Pick<ParallelCoordinatesOptions, 'trials' | 'valueName' | 'format' | 'better'> | undefined;
  /** Predictions of a regression: drawn over true values, and as a histogram of residuals. */
  readonly regression?: Pick<RegressionScatterOptions, 'truth' | 'predicted' | 'quantity'> | undefined;
  readonly weights?: ReportedWeights | readonly ReportedWeights[] | undefined;
  readonly activations?: ReportedHistograms | undefined;
  readonly gradients?: ReportedHistograms | undefined;
  /** What kernels took, as `session.profile` measures it. */
  readonly profile?: Profile | undefined;
  /** Any other pictures. */
  readonly pictures?: readonly ReportedPicture[] | undefined;
  /** Versions, machine and the like, by name. What the program knows of itself is added. */
  readonly environment?: Readonly<Record<string, string | number | boolean>> | undefined;
  readonly seed?: number | undefined;
  /** The command line that made the run. */
  readonly command?: string | undefined;
}
