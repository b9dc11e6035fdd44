// Axes of charts: from values to a domain with round ticks, to pixels, and to the text of a value. Pure arithmetic.

/** How values of an axis are written. */
export type ValueFormat = 'number' | 'percent';

/** A mark on an axis with its text. */
export interface Tick {
  readonly value: number;
  readonly text: string;
}

/** One axis: its extent, its ticks, and where a value lies between 0 (low end) and 1 (high end). */
export interface Axis {
  readonly kind: 'linear' | 'log';
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly Tick[];
  /** NaN for values that the axis cannot show. */
  readonly position: (value: number) => number;
}

/** A value as it is printed beside a curve: three digits, or a percentage with one decimal. */
export function formatValue(value: number, format: ValueFormat): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞';
  if (format === 'percent') return `${(value * 100).toFixed(1)} %`.replace('-', '−');
  const size = Math.abs(value);
  if (size === 0) return '0';
  const digits =
    size < 1e-3 || size >= 1e5
      ? value.toExponential(2).replace('e+', 'e')
      : size >= 100
        ? value.toFixed(0)
        : value.toPrecision(3);
  return digits.replaceAll('-', '−');
}

/** The step of 1, 2 or 5 times a power of ten that cuts `span` into about `count` pieces. */
function roundStep(span: number, count: number): number {
  const raw = span / count;
  const power = 10 ** Math.floor(Math.log10(raw));
  const ratio = raw / power;
  return power * (ratio >= Math.sqrt(50) ? 10 : ratio >= Math.sqrt(10) ? 5 : ratio >= Math.SQRT2 ? 2 : 1);
}

function tickText(value: number, step: number, format: ValueFormat): string {
  const factor = format === 'percent' ? 100 : 1;
  const size = Math.abs(value * factor);
  if (size === 0) return format === 'percent' ? '0 %' : '0';
  if (size >= 1e5 || step * factor < 1e-4) {
    // As many digits as tell neighbouring ticks apart.
    const digits = Math.floor(Math.log10(size)) - Math.floor(Math.log10(step * factor) + 1e-9);
    const text = (value * factor).toExponential(Math.max(0, digits)).replace('e+', 'e').replaceAll('-', '−');
    return format === 'percent' ? `${text} %` : text;
  }
  const decimals = Math.max(0, -Math.floor(Math.log10(step * factor) + 1e-9));
  const digits = (value * factor).toFixed(decimals).replace('-', '−');
  return format === 'percent' ? `${digits} %` : digits;
}

/** Round values from `low` to `high`, both included if they are multiples of `step`. */
function multiples(low: number, high: number, step: number): readonly number[] {
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  // Dividing by the inverse of a small step gives 0.3 where multiplying by 0.1 gives 0.30000000000000004.
  const inverse = Math.round(1 / step);
  return Array.from({ length: last - first + 1 }, (_, index) =>
    step < 1 && Number.isFinite(inverse) && inverse < 2 ** 53
      ? (first + index) / inverse
      : (first + index) * step,
  );
}

/** Beyond these, differences and steps would overflow or vanish. */
const smallest = 1e-290;
const greatestDrawable = 1e300;

/** Whether an axis has a place for a number: finite, and far enough from the greatest that differences are finite. */
export function isDrawable(value: number): boolean {
  return Math.abs(value) <= greatestDrawable;
}

/**
 * The least and greatest finite values, widened so that a (nearly) constant curve lies flat in the middle and
 * rounding noise is not blown up to fill the panel.
 */
function paddedExtent(values: readonly number[], format: ValueFormat): readonly [number, number] {
  let low = Infinity;
  let high = -Infinity;
  for (const value of values) {
    if (!isDrawable(value)) continue;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (low > high) return [0, 1];
  const size = Math.max(Math.abs(low), Math.abs(high));
  if (size < smallest) return [0, 1];
  const isFlat = high - low < size * 1e-3;
  const paddedLow = isFlat ? low - size * 0.05 : low;
  const paddedHigh = isFlat ? high + size * 0.05 : high;
  return [
    low >= 0 ? Math.max(0, paddedLow) : paddedLow,
    format === 'percent' && high <= 1 ? Math.min(1, paddedHigh) : paddedHigh,
  ];
}

/** A linear axis over all finite values, with about five round ticks; its ends are ticks. */
export function linearAxis(values: readonly number[], format: ValueFormat): Axis {
  const [least, greatest] = paddedExtent(values, format);
  const step = roundStep(greatest - least, 4);
  const low = Math.floor(least / step + 1e-9) * step;
  const high = Math.ceil(greatest / step - 1e-9) * step;
  return {
    kind: 'linear',
    low,
    high,
    ticks: multiples(low, high, step).map((value) => ({ value, text: tickText(value, step, format) })),
    position: (value) => (isDrawable(value) ? (value - low) / (high - low) : NaN),
  };
}

/** An axis of powers of ten over all positive finite values; other values have no place on it. */
export function logAxis(values: readonly number[], format: ValueFormat): Axis {
  const [least, greatest] = paddedExtent(
    values.filter((value) => value >= smallest),
    format,
  );
  const firstDecade = Math.floor(Math.log10(least > 0 ? least : greatest / 10));
  const lastDecade = Math.ceil(Math.log10(greatest));
  const decades = Array.from({ length: lastDecade - firstDecade + 1 }, (_, index) => firstDecade + index);
  // Within the enclosing decades, the axis ends at the nearest 1, 2 or 5 beyond the data.
  const rounded = decades.flatMap((decade) => [1, 2, 5].map((digit) => Number(`${digit}e${decade}`)));
  const low = rounded.findLast((value) => value <= least) ?? 10 ** firstDecade;
  const high = rounded.find((value) => value >= greatest) ?? 10 ** lastDecade;
  const inside = rounded.filter((value) => value >= low && value <= high);
  const powers = decades
    .map((decade) => Number(`1e${decade}`))
    .filter((value) => value >= low && value <= high);
  const stride = Math.ceil(powers.length / 6);
  const shown = inside.length <= 7 ? inside : powers.filter((_, index) => index % stride === 0);
  const logLow = Math.log10(low);
  const logSpan = Math.log10(high) - logLow;
  return {
    kind: 'log',
    low,
    high,
    ticks: shown.map((value) => ({
      value,
      text: format === 'percent' ? `${Number((value * 100).toPrecision(3))} %` : powerText(value),
    })),
    position: (value) =>
      value >= smallest && isDrawable(value) ? (Math.log10(value) - logLow) / logSpan : NaN,
  };
}

function powerText(value: number): string {
  return value >= 1e-4 && value < 1e5
    ? String(value)
    : value.toExponential(0).replace('e+', 'e').replace('-', '−');
}

/** The axis of epochs `first … first + count − 1`, ticked at whole numbers; a single epoch stands in the middle. */
export function epochAxis(first: number, count: number): Axis {
  const last = first + Math.max(count, 1) - 1;
  const step = Math.max(1, roundStep(Math.max(last - first, 1), 6));
  const round = multiples(first, last, step);
  // The first epoch is named too, unless a round number stands too near for two labels.
  const head = round[0] !== undefined && round[0] - first < step * 0.5 ? [] : [first];
  return {
    kind: 'linear',
    low: first,
    high: last,
    ticks: [...head, ...round].map((value) => ({ value, text: String(value) })),
    position: (value) => (last === first ? 0.5 : (value - first) / (last - first)),
  };
}
