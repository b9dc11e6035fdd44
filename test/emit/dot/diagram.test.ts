import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { toDot, type Diagram } from '../../../src/emit/dot/diagram.ts';
import { isLeafOf, nameOf, parameterOp } from '../../../src/ops/leaf.ts';
import { renderDiagram } from '../../../src/viz/diagram.ts';
import { darkPartners } from '../../../src/viz/theme.ts';
import { digits, iris, residual, type Example } from './example-models.ts';

const views = ['model', 'forward', 'backward', 'step', 'kernels', 'memory'] as const;

function diagramOf(example: Example, view: Diagram['view']): Diagram {
  const { model, entry, program, plan } = example;
  const title = model.name;
  switch (view) {
    case 'model':
      return { view, model };
    case 'kernels':
      return { view, program, title };
    case 'memory':
      return { view, plan, title };
    case 'forward':
    case 'backward':
    case 'step':
      return { view, entry, title };
  }
}

/** How often a piece of text occurs. */
function count(text: string, piece: string): number {
  return text.split(piece).length - 1;
}

describe.each(views)('the %s view', (view) => {
  test('of Iris is as recorded', async () => {
    const dot = toDot(diagramOf(iris(), view));
    await expect(dot).toMatchFileSnapshot(`./golden/iris-${view}.dot`);
  });

  test('says the same of equal programs, however many were declared before', () => {
    const first = toDot(diagramOf(digits(), view));
    iris();
    expect(toDot(diagramOf(digits(), view))).toBe(first);
  });

  test.each([
    ['Iris', iris],
    ['digits', digits],
    ['a residual network', residual],
  ])('of %s is laid out by Graphviz', async (_, make) => {
    const svg = await renderDiagram(toDot(diagramOf(make(), view)));
    expect(svg).toMatch(/^<svg [^]*<\/svg>\n$/);
    expect(count(svg, 'class="node')).toBeGreaterThan(5);
  });

  test('is drawn in the colours of the palette alone, so that it has a dark look', async () => {
    const svg = await renderDiagram(toDot(diagramOf(digits(), view)));
    const colours = new Set([...svg.matchAll(/(?:fill|stroke)="([^"]*)"/g)].map(([, colour]) => colour));
    expect([...colours].filter((colour) => colour !== 'none' && !darkPartners.has(colour ?? ''))).toEqual([]);
    expect(svg.match(/<text (?![^>]*fill=)/)).toBeNull();
  });
});

describe('an operation view', () => {
  const entry = (): Example['entry'] => digits().entry;

  test('of few operations has a node for each, and folds many into a card for each layer', () => {
    const few = toDot({ view: 'forward', entry: iris().entry });
    const folded = toDot({ view: 'forward', entry: entry() });
    const all = toDot({ view: 'forward', entry: entry(), detail: 'operations' });
    expect(few).toContain('label="matmul\\n[90, 30]"');
    expect(folded).toContain('features/batchNorm1: 11 operations');
    expect(folded).not.toContain('label="matmul');
    expect(count(all, 'class="operator"')).toBeGreaterThan(40);
  });

  test('of the step leads back to every layer with parameters, and names what the optimizer keeps', () => {
    const dot = toDot({ view: 'step', entry: entry() });
    const parameters = entry().updates.filter(({ leaf }) => isLeafOf(parameterOp, leaf));
    const layers = new Set(parameters.map(({ leaf }) => nameOf(leaf).replace(/\.[^.]*$/, '')));
    expect(count(dot, 'style="dashed"')).toBe(layers.size);
    expect(count(dot, 'keeps exp_avg, exp_avg_sq, step')).toBe(layers.size);
    expect(dot).toContain('running_mean, running_var');
  });

  test('of the backward pass ends in the gradient of every parameter', () => {
    const dot = toDot({ view: 'backward', entry: iris().entry });
    for (const layer of ['linear1', 'linear2', 'linear3']) {
      expect(dot).toContain(`gradient of ${layer}.weight`);
      expect(dot).toContain(`gradient of ${layer}.bias`);
    }
  });

  test('of the step at operations keeps the operations of the backward pass above those they follow', () => {
    const dot = toDot({ view: 'step', entry: iris().entry, detail: 'operations' });
    expect(dot).toContain('dir="back"');
    expect(count(dot, 'label="matmul')).toBe(8);
  });
});

test('an entry without a backward pass has an empty page for it, which still can be drawn', async () => {
  const { entry } = iris();
  const predict = { ...entry, name: 'predict', updates: [] };
  const svg = await renderDiagram(toDot({ view: 'backward', entry: predict }));
  expect(count(svg, 'class="node')).toBe(0);
  expect(svg).toContain('>predict: backward</text>');
});

describe('the kernel view', () => {
  test('has a card for every kernel with its loops, and says what it fuses', () => {
    const { program } = iris();
    const dot = toDot({ view: 'kernels', program });
    expect(count(dot, 'class="card"')).toBe(program.kernels.length);
    for (const kernel of program.kernels) expect(dot).toContain(`  ${kernel.name} `);
    expect(dot).toContain('90 × 30 over 4');
    expect(dot).toContain('fuses linear1, relu1 ');
    expect(dot).toContain('relu1 = relu(x · linear1Weightᵀ + linear1Bias)');
  });
});

describe('the memory view', () => {
  interface Box {
    readonly name: string;
    readonly left: number;
    readonly right: number;
    readonly top: number;
    readonly bottom: number;
  }

  function boxesIn(dot: string): readonly Box[] {
    const pattern =
      /buffer\d+ \[pos="([^,]*),([^!]*)!", width=([\d.]*), height=([\d.]*),.*label="([^"\\]*)(?:\\n[^"]*)?"/g;
    return [...dot.matchAll(pattern)].map(([, x, y, width, height, name = '']) => {
      const [halfWidth, halfHeight] = [Number(width) / 2, Number(height) / 2];
      const [column, row] = [Number(x), -Number(y)];
      return {
        name,
        left: column - halfWidth,
        right: column + halfWidth,
        top: row - halfHeight,
        bottom: row + halfHeight,
      };
    });
  }

  test.each([
    ['Iris', iris],
    ['digits', digits],
  ])('shows every buffer of %s in a place of its own, in the order of the offsets', (_, make) => {
    const { plan } = make();
    const moving = plan.placements.filter(({ buffer }) => !['parameter', 'state'].includes(buffer.role));
    const boxes = boxesIn(toDot({ view: 'memory', plan }));
    expect(boxes.map((box) => box.name)).toEqual(moving.map(({ buffer }) => buffer.name));
    for (const [position, a] of boxes.entries()) {
      for (const b of boxes.slice(position + 1)) {
        const apart = a.right < b.left || b.right < a.left || a.bottom < b.top || b.bottom < a.top;
        expect(apart, `${a.name} and ${b.name}`).toBe(true);
      }
    }
    for (const [position, { offset }] of moving.entries()) {
      for (const [other, { offset: otherOffset }] of moving.entries()) {
        if (offset < otherOffset) expect(boxes[position]?.left).toBeLessThan(boxes[other]?.left ?? 0);
      }
    }
  });
});

test('the memory view says what is in use by every kernel, and where that is most', () => {
  const { plan } = iris();
  const dot = toDot({ view: 'memory', plan });
  const used = dot.match(/^ *use\d+ .*$/gm) ?? [];
  expect(used).toHaveLength(plan.kernels.length);
  expect(used.filter((line) => line.includes('KiB peak')).length).toBeGreaterThan(0);
  expect(dot).toContain('relu1\\n10.5 KiB');
});

test('the kernel view says what each kernel and all together take', () => {
  const dot = toDot({ view: 'kernels', program: iris().program });
  expect(dot).toMatch(/kernels, [\d,]+ FLOPs, [\d.]+ KiB moved/);
  expect(dot).toContain('24,300 FLOPs, 12.5 KiB moved');
});

describe('rendering all diagrams', () => {
  const warnings = vi.spyOn(console, 'warn');
  const errors = vi.spyOn(console, 'error');
  beforeAll(async () => {
    for (const view of views) await renderDiagram(toDot(diagramOf(iris(), view)));
  });
  afterAll(() => {
    vi.restoreAllMocks();
  });

  test('writes nothing to the console', () => {
    expect(warnings.mock.calls).toEqual([]);
    expect(errors.mock.calls).toEqual([]);
  });
});
