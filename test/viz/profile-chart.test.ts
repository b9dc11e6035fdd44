import { parseHTML } from 'linkedom';
import { describe, expect, test } from 'vitest';
import { program } from '../../examples/iris/model.ts';
import { profileOf, type Measurement, type Profile } from '../../src/compiler/profile.ts';
import { light, profileChart, type ProfileChartOptions } from '../../src/viz/index.ts';

const { compilation } = program.at({});
const step = compilation.plans.find((plan) => plan.program.name === 'step');
const build = { target: 'wasm', numerics: 'strict', threads: 1 } as const;

/** Times that no clock has a say in: 1 µs for the first kernel, 1.5 for the next, and so on. */
function profileWith(changes: Partial<Measurement> = {}): Profile {
  const kernels = (step?.kernels ?? []).map((_, position) => {
    const median = 1 + position / 2;
    return { median, least: median / 2 };
  });
  const whole = kernels.reduce((sum, { median }) => sum + median, 0);
  return profileOf(compilation, 'step', build, {
    runs: 200,
    clockNanoseconds: 40,
    kernels,
    waiting: { median: 0, least: 0 },
    whole: { median: whole, least: whole / 2 },
    samples: [],
    ...changes,
  });
}

const profile = profileWith();

function draw(of: Profile = profile, options: ProfileChartOptions = {}) {
  const { document } = parseHTML(`<html><body>${profileChart(of, options)}</body></html>`);
  return {
    texts: [...document.querySelectorAll('text')].map((node) => node.textContent),
    bars: [...document.querySelectorAll('rect[rx]')].slice(1).map((node) => ({
      fill: node.getAttribute('fill'),
      width: Number(node.getAttribute('width')),
    })),
    dots: document.querySelectorAll('circle[fill-opacity]').length,
    width: Number(document.querySelector('svg')?.getAttribute('width')),
  };
}

describe('the chart of a profile', () => {
  test('is a card of bars and a roofline, in stable bytes', async () => {
    expect(profileChart(profileWith())).toBe(profileChart(profile));
    await expect(profileChart(profile)).toMatchFileSnapshot('golden/profile.svg');
  });

  test('has a bar for every kernel in order, as long as its time, in the colour of its phase', () => {
    const { bars } = draw();
    expect(bars).toHaveLength(profile.kernels.length);
    profile.kernels.forEach((kernel, position) => {
      const role = { loss: 'loss', forward: 'forward', backward: 'backward', update: 'update' } as const;
      if (kernel.phase === 'metric' || kernel.phase === 'initialise') return;
      expect(bars[position]?.fill).toBe(light.roles[role[kernel.phase]].line);
      expect((bars[position]?.width ?? 0) / (bars[0]?.width ?? 1)).toBeCloseTo(kernel.microseconds, 1);
    });
  });

  test('says what was measured, how, how long it takes, and how fast every kernel is', () => {
    const { texts } = draw();
    const { total, kernels } = profile;
    expect(texts).toEqual(
      expect.arrayContaining([
        'iris step',
        'batch 90 · WebAssembly, strict, 1 thread · median of 200 runs',
        `${total.microseconds.toFixed(1)} µs`,
        `13 kernels at ${total.gflops.toFixed(2)} GFLOP/s`,
        'relu1 = relu(x · linear1Weightᵀ + linear1Bias)',
        ...kernels.map(({ name }) => name),
      ]),
    );
    expect(texts).toContain(`1.00 µs${(100 / total.microseconds).toFixed(1)} %`);
  });

  test('shows how long a thread waits for others', () => {
    const waiting = profileWith({ waiting: { median: 4, least: 1 } });
    const { texts, bars } = draw(waiting);
    expect(texts).toContain('waiting');
    expect(bars).toHaveLength(14);
  });

  test('has a dot for every kernel that computes, and leaves the roofline out where asked to', () => {
    expect(draw().dots).toBe(13);
    expect(draw(profile, { roofline: false }).dots).toBe(0);
  });

  test('is drawn even when the clock saw no time pass', () => {
    const nothing = { median: 0, least: 0 };
    const none = profileWith({ kernels: [], whole: nothing });
    expect(draw(none).dots).toBe(0);
    expect(profileChart(none)).not.toMatch(/NaN|Infinity/);
  });

  test('takes a title, a subtitle and a width, which has to be enough', () => {
    const { texts, width } = draw(profile, { title: 'Mine', subtitle: 'below', width: 700 });
    expect(texts).toEqual(expect.arrayContaining(['Mine', 'below']));
    expect(width).toBe(700);
    for (const bad of [100, NaN, Infinity]) {
      expect(() => profileChart(profile, { width: bad })).toThrow(`profileChart: width is ${bad}; give`);
    }
  });

  test('is written in colours that have partners on dark pages', () => {
    const svg = profileChart(profile);
    const colours = new Set([...svg.matchAll(/(?:fill|stroke)="(#[0-9a-f]{6})"/g)].map((match) => match[1]));
    const style = /<style>[\s\S]*?<\/style>/.exec(svg)?.[0] ?? '';
    for (const colour of colours) expect(style).toContain(`"${colour}"`);
  });
});
