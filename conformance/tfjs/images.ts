// Functions of images of TensorFlow.js, which has channels last as ours for images do.
import {
  cast,
  cropAndResize,
  flip,
  grayscaleToRgb,
  greater,
  lessEqual,
  mul,
  nonMaxSuppression,
  otsuThreshold,
  reshape,
  resizeImages,
  rgbToGrayscale,
  slice,
  transformImages,
  type ChosenBoxes,
  type Tensor,
} from 'tapeless';
import { asFloat } from './elementwise.ts';
import { positionsOf } from './indexing.ts';
import {
  booleanOf,
  demand,
  demandDtype,
  known,
  numberOf,
  numbersOf,
  sizesOf,
  tensorOf,
  type CallTable,
  type Context,
  type Result,
  type TracedCall,
  type Value,
} from './value.ts';

/** Images with or without a batch axis, in another size. */
const resize =
  (mode: 'bilinear' | 'nearest'): TracedCall =>
  ([value, size, alignCorners, halfPixelCenters], context) => {
    const images = known(asFloat(tensorOf(value, context), context));
    demand(images.shape.length === 3 || images.shape.length === 4, 'resize takes images of rank 3 or 4');
    const isAlone = images.shape.length === 3;
    const batch = isAlone ? reshape(images, [1, ...sizesOf(images)]) : images;
    const resized = resizeImages(batch, pairOf(size), {
      mode,
      alignCorners: booleanOf(alignCorners),
      halfPixelCenters: booleanOf(halfPixelCenters),
    });
    return isAlone ? reshape(resized, sizesOf(resized).slice(1)) : resized;
  };

function pairOf(value: Value | undefined): readonly [number, number] {
  const sizes = numbersOf(value);
  demand(sizes.length === 2, `[${sizes.join(', ')}] is no height and width`);
  return [sizes[0] ?? 0, sizes[1] ?? 0];
}

function samplingOf(value: Value | undefined, absent: 'bilinear' | 'nearest'): 'bilinear' | 'nearest' {
  const mode = value ?? absent;
  demand(mode === 'bilinear' || mode === 'nearest', `there is no method ${JSON.stringify(mode)}`);
  return mode === 'bilinear' ? 'bilinear' : 'nearest';
}

const crop: TracedCall = ([images, boxes, of, size, method = null, outside = null], context) => {
  const corners = known(tensorOf(boxes, context));
  demandDtype(corners, ['f32', 'f64'], 'cropAndResize');
  return cropAndResize(
    known(asFloat(tensorOf(images, context), context)),
    corners,
    positionsOf(of, 'cropAndResize', context),
    pairOf(size),
    { mode: samplingOf(method, 'bilinear'), outside: numberOf(outside, 0) },
  );
};

const transform: TracedCall = (
  [images, transforms, interpolation = null, fill = null, value = null, size = null],
  context,
) => {
  const factors = known(tensorOf(transforms, context));
  const pictures = known(tensorOf(images, context));
  demandDtype(pictures, ['f32', 'f64'], 'transform');
  demandDtype(factors, ['f32', 'f64'], 'transform');
  const surroundings = fill ?? 'constant';
  const known_ = ['constant', 'reflect', 'wrap', 'nearest'] as const;
  const chosen = known_.find((each) => each === surroundings);
  demand(chosen !== undefined, `there is no fill ${JSON.stringify(fill)}`);
  return transformImages(pictures, factors, {
    mode: samplingOf(interpolation, 'nearest'),
    fill: chosen ?? 'constant',
    value: numberOf(value, 0),
    ...(size === null ? {} : { size: pairOf(size) }),
  });
};

/** The boxes that are chosen, and as numbers how many there are. */
function suppressed(
  args: readonly Value[],
  context: Context,
): { readonly boxes: ChosenBoxes; readonly limit: number } {
  const [boxes, scores, limit, overlap = null, least = null, sigma = null] = args;
  const [corners, marks] = [boxes, scores].map((value) => known(tensorOf(value, context))) as [
    Tensor,
    Tensor,
  ];
  for (const each of [corners, marks]) demandDtype(each, ['f32', 'f64'], 'nonMaxSuppression');
  const most = Math.min(numberOf(limit), Number(corners.shape[0] ?? 0));
  const chosen = nonMaxSuppression(corners, marks, numberOf(limit), {
    overlap: numberOf(overlap, 0.5),
    least: numberOf(least, Number.NEGATIVE_INFINITY),
    sigma: numberOf(sigma, 0),
  });
  return { boxes: chosen, limit: most };
}

/** As many elements as were chosen. */
function cut(list: Tensor, count: Tensor, context: Context): Tensor {
  const [[stop = 0] = []] = context.compute([count]);
  return slice(list, [{ start: 0, stop }]);
}

const suppress: TracedCall = (args, context) => {
  const { boxes } = suppressed(args, context);
  return cut(boxes.indices, boxes.count, context);
};

const suppressWithScores: TracedCall = (args, context): Result => {
  const { boxes } = suppressed(args, context);
  return {
    selectedIndices: cut(boxes.indices, boxes.count, context),
    selectedScores: cut(boxes.scores, boxes.count, context),
  };
};

const suppressPadded: TracedCall = ([boxes, scores, limit, overlap, least, pads], context): Result => {
  const given = [boxes, scores, limit, overlap, least].map((value) => value ?? null);
  const { boxes: chosen } = suppressed(given, context);
  return {
    selectedIndices: booleanOf(pads) ? chosen.indices : cut(chosen.indices, chosen.count, context),
    validOutputs: chosen.count,
  };
};

/** Black and white: 255 where a level is above the threshold. */
const threshold: TracedCall = ([value, method = null, inverted = null, share = null], context) => {
  const image = known(asFloat(tensorOf(value, context), context));
  demand(image.shape.length === 3, 'threshold takes images of rank 3');
  const channels = image.shape[2];
  demand(channels === 1 || channels === 3, 'threshold takes 1 or 3 channels');
  demand(method === null || method === 'binary' || method === 'otsu', 'threshold: binary or otsu');
  const gray = channels === 3 ? rgbToGrayscale(image) : image;
  const level = method === 'otsu' ? otsuThreshold(gray) : numberOf(share, 0.5) * 255;
  const isLight = booleanOf(inverted) ? lessEqual(gray, level) : greater(gray, level);
  return mul(cast(isLight, 'i32'), 255);
};

export const imageCalls: CallTable = {
  'image.resizeBilinear': resize('bilinear'),
  'image.resizeNearestNeighbor': resize('nearest'),
  'image.cropAndResize': crop,
  'image.transform': transform,
  'image.flipLeftRight': ([value], context) => {
    const images = known(tensorOf(value, context));
    demandDtype(images, ['f32', 'f64'], 'flipLeftRight');
    demand(images.shape.length === 4, 'flipLeftRight takes images of rank 4');
    return flip(images, 2);
  },
  'image.grayscaleToRGB': ([value], context) => grayscaleToRgb(tensorOf(value, context)),
  'image.rgbToGrayscale': ([value], context) => {
    const images = tensorOf(value, context);
    const gray = rgbToGrayscale(asFloat(images, context));
    return cast(gray, images.dtype);
  },
  'image.threshold': threshold,
  'image.nonMaxSuppression': suppress,
  'image.nonMaxSuppressionAsync': suppress,
  'image.nonMaxSuppressionWithScore': suppressWithScores,
  'image.nonMaxSuppressionWithScoreAsync': suppressWithScores,
  'image.nonMaxSuppressionPadded': suppressPadded,
  'image.nonMaxSuppressionPaddedAsync': suppressPadded,
};
