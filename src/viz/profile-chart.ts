// A profile as an SVG card: what a caller may ask for, and how the parts share the card. Bars are drawn by
// profile-bars.ts, speeds by roofline.ts; the look comes from theme.ts.
import type { KernelProfile, Profile } from '../compiler/profile.ts';
import { roleOfPhase } from '../emit/dot/palette.ts';
import { DeclarationError } from '../ir/errors.ts';
import { printRate, printShare, printTime } from '../ir/quantity.ts';
import { card, cardPadding } from './card.ts';
import { barsHeight, drawBars } from './profile-bars.ts';
import { drawRoofline, rooflineHeight, rooflineKernels } from './roofline.ts';
import { coordinate, element, estimateTextWidth } from './svg.ts';
import { light, type Role } from './theme.ts';

/** Options of {@link profileChart}; all have defaults. */
export interface ProfileChartOptions {
  /** Default: the program and the entry, `iris step`. */
  readonly title?: string | undefined;
  /** Default: sizes, target, numerics, threads and runs. */
  readonly subtitle?: string | undefined;
  /** Width of the card in pixels, at least 640. Default 960. */
  readonly width?: number | undefined;
  /** Whether to draw the speed of kernels over their arithmetic intensity below the bars. Default true. */
  readonly roofline?: boolean | undefined;
}

const legendHeight = 34;
const partGap = 30;
const smallestWidth = 640;

function checkOptions({ width }: ProfileChartOptions): void {
  if (width === undefined || (Number.isFinite(width) && width >= smallestWidth)) return;
  const help = `give a number of pixels of at least ${smallestWidth}`;
  throw new DeclarationError('E_OPTION', `profileChart: width is ${width}; ${help}`, { help });
}

/**
 * Draws a profile: kernels as bars in the order in which they run, coloured by phase, with time, share, GFLOP/s and
 * GB/s; below, a roofline.
 * @example
 * await saveText('profile.svg', profileChart(session.profile(feeds)));
 * @returns a complete SVG document with a card of its own, light or dark as the reader prefers.
 * @throws DeclarationError `E_OPTION` for a width that is too small or no number.
 */
export function profileChart(profile: Profile, options: ProfileChartOptions = {}): string {
  checkOptions(options);
  const width = (options.width ?? 960) - 2 * cardPadding;
  const title = options.title ?? `${profile.program} ${profile.entry}`;
  const { total, kernels } = profile;
  const hasRoofline = (options.roofline ?? true) && rooflineKernels(profile).length > 1;
  const bars = legendHeight + barsHeight(profile);
  const parts = [
    ...drawLegend(profile),
    at(legendHeight, drawBars(profile, width)),
    ...(hasRoofline ? [at(bars + partGap, drawRoofline(profile, width))] : []),
  ];
  const speed = total.gflops === 0 ? '' : ` at ${printRate(total.gflops)} GFLOP/s`;
  const count = kernels.length === 1 ? '1 kernel' : `${kernels.length} kernels`;
  return card(
    {
      title,
      subtitle: options.subtitle ?? conditionsOf(profile),
      headline: { value: printTime(total.microseconds), label: `${count}${speed}` },
    },
    width,
    hasRoofline ? bars + partGap + rooflineHeight : bars,
    parts,
    `${title}: time of ${count}, ${printTime(total.microseconds)} in all`,
  );
}

function at(y: number, content: readonly string[]): string {
  return element('g', { transform: `translate(0 ${coordinate(y)})` }, content);
}

/** `batch 90 · WebAssembly, strict, 1 thread · median of 200 runs` */
function conditionsOf({ sizes, target, numerics, threads, runs }: Profile): string {
  const targets: Readonly<Record<Profile['target'], string>> = { wasm: 'WebAssembly', js: 'JavaScript' };
  const team = threads === 1 ? '1 thread' : `${threads} threads`;
  return [
    ...Object.entries(sizes).map(([dimension, size]) => `${dimension} ${size}`),
    `${targets[target]}, ${numerics}, ${team}`,
    runs === 1 ? '1 run' : `median of ${runs} runs`,
  ].join(' · ');
}

const legendSize = 12;

/** Phases in the order in which they begin, with their shares of the time. */
function drawLegend({ kernels }: Profile): readonly string[] {
  const shares = new Map<KernelProfile['phase'], number>();
  for (const { phase, share } of kernels) shares.set(phase, (shares.get(phase) ?? 0) + share);
  let x = 0;
  return [...shares].flatMap(([phase, share]) => {
    const role: Role = roleOfPhase[phase];
    const start = x;
    const percent = printShare(share);
    x += 16 + estimateTextWidth(`${phase} ${percent}`, legendSize) + 26;
    return [
      element('circle', { cx: start + 5, cy: 5, r: 5, fill: light.roles[role].line }),
      element('text', { x: start + 16, y: 9, 'font-size': legendSize, fill: light.ink }, [
        phase,
        element('tspan', { fill: light.muted, dx: 6 }, [percent]),
      ]),
    ];
  });
}
