// How a report prints measures, counts and times.
import { formatValue, type ValueFormat } from '../scale.ts';

/** Measures that are shares of a whole are printed in percent. */
export function formatOf(name: string): ValueFormat {
  return /accuracy|precision|recall|(?:^|\W)f1(?:$|\W)/i.test(name) ? 'percent' : 'number';
}

/** A measure by its name: `93.0 %`, `0.214`. */
export function printMeasure(name: string, value: number): string {
  return formatValue(value, formatOf(name));
}

/** 12345 as `12,345`. */
export function printCount(count: number): string {
  return Number.isFinite(count) ? count.toLocaleString('en-US', { maximumFractionDigits: 0 }) : '–';
}

/** `0.42 s`, `38.1 s`, `12 min 5 s`, `3 h 20 min` */
export function printSeconds(seconds: number): string {
  if (!Number.isFinite(seconds)) return '–';
  if (seconds < 0.1) return `${(seconds * 1000).toPrecision(2)} ms`;
  if (seconds < 60) return `${seconds.toFixed(seconds < 10 ? 2 : 1)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** `validation.loss` as `validation loss`. */
export function spoken(measure: string): string {
  return measure.replaceAll('.', ' ');
}

/** The first letter as a capital. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
