import { parseHTML } from 'linkedom';
import { accuracy, adam, compile, crossEntropy, dim, input, linear, relu, sequential } from 'tapeless';
import { beforeAll, describe, expect, test } from 'vitest';
import { bringToLife } from '../../src/viz/interactive-script.ts';
import { interactiveDiagram } from '../../src/viz/interactive.ts';

const batch = dim('batch');
const x = input('x', [batch, 4]);
const y = input('y', [batch], 'i32');
const logits = sequential('iris', linear(4, 30), relu(), linear(30, 3))(x);
const program = compile({
  loss: crossEntropy(logits, y),
  optimizer: adam(),
  outputs: { logits },
  metrics: { accuracy: accuracy(logits, y) },
});

let fragment = '';
beforeAll(async () => {
  fragment = await interactiveDiagram(program);
});

/** A page with the fragment, whose script has run. */
function page(): Document {
  const { document } = parseHTML(`<!doctype html><html><body>${fragment}</body></html>`);
  const figure = document.querySelector('figure');
  if (figure !== null) bringToLife(figure);
  return document;
}

/** The outermost group of a layer. */
function layer(document: Document, scope: string): Element {
  const found = document.querySelector(`[data-scope="${scope}"]`);
  if (found === null) throw new TypeError(`no ${scope}`);
  return found;
}

function click(element: Element): void {
  const { Event } = parseHTML('<html></html>') as unknown as { Event: typeof globalThis.Event };
  element.dispatchEvent(new Event('click'));
}

function press(element: Element, key: string): void {
  const { Event } = parseHTML('<html></html>') as unknown as { Event: typeof globalThis.Event };
  element.dispatchEvent(Object.assign(new Event('keydown', { cancelable: true }), { key }));
}

const height = (document: Document): number => Number(document.querySelector('svg')?.getAttribute('height'));
/** All that is seen of the picture while every layer is closed. */
const drawn = (document: Document): string =>
  [...document.querySelectorAll('path, polygon, text, rect, [transform]')]
    .filter((each) => each.closest('[data-inside]') === null)
    .map((each) => [...each.attributes].map(({ name, value }) => `${name}=${value}`).join(' '))
    .join('\n');

describe('an interactive diagram', () => {
  test('needs nothing from elsewhere', () => {
    const without = fragment.replaceAll('http://www.w3.org/2000/svg', '');
    expect(without).not.toMatch(/https?:|src=|@import|url\(/);
    expect(fragment.match(/<script>/g)).toHaveLength(1);
    expect(fragment).not.toMatch(/ id="/);
  });

  test('is the picture, closed, where scripts do not run', () => {
    const { document } = parseHTML(`<html><body>${fragment}</body></html>`);
    const insides = [...document.querySelectorAll('[data-inside]')];
    expect(insides.length).toBeGreaterThan(3);
    expect(insides.map((each) => each.getAttribute('display'))).toEqual(insides.map(() => 'none'));
    expect(document.querySelector('[role=button]')).toBeNull();
    expect(document.querySelector('figcaption')?.hasAttribute('hidden')).toBe(true);
  });

  test('has a script that refers to nothing outside itself', () => {
    const [, text = ''] =
      /<script>\(([^]*)\)\(document\.currentScript\.parentElement\)<\/script>/.exec(fragment) ?? [];
    const { document } = parseHTML(`<html><body>${fragment}</body></html>`);
    const make = new Function(`return (${text})`) as () => typeof bringToLife;
    const run = make();
    run(document.querySelector('figure') as Element);
    expect(document.querySelectorAll('[role=button]').length).toBeGreaterThan(3);
  });

  test('opens a layer at a click: it shows its operations, and what follows makes room', () => {
    const document = page();
    const before = height(document);
    const [first, last] = [layer(document, 'iris/linear1'), layer(document, 'iris/linear2')];
    click(first);
    expect(first.getAttribute('aria-expanded')).toBe('true');
    const inside = first.querySelector('[data-inside]');
    expect(inside?.getAttribute('display')).toBeNull();
    expect(inside?.textContent).toContain('matmul');
    expect(height(document)).toBeGreaterThan(before + 50);
    const [, , down = 0] = /translate\((\S+) (\S+)\)/.exec(last.getAttribute('transform') ?? '') ?? [];
    expect(Number(down)).toBeCloseTo(height(document) - before);
  });

  test('is as before when what was opened is closed again', () => {
    const document = page();
    const first = layer(document, 'iris/linear1');
    const loss = layer(document, 'crossEntropy');
    for (const each of [first, first]) click(each);
    const untouched = drawn(document);
    for (const each of [first, loss, first, loss]) click(each);
    expect(drawn(document)).toBe(untouched);
  });

  test('keeps the ends of edges at their nodes', () => {
    const document = page();
    click(layer(document, 'iris/linear1'));
    const edge = document.querySelector('[data-from="card2"][data-to="card3"] path');
    const ys = (edge?.getAttribute('d')?.match(/-?[\d.]+/g) ?? [])
      .map(Number)
      .filter((_, at) => at % 2 === 1);
    expect(Math.max(...ys) - Math.min(...ys)).toBeLessThan(60);
  });

  test('opens layers inside of layers, and the outer one grows', () => {
    const document = page();
    const loss = layer(document, 'crossEntropy');
    click(loss);
    const before = height(document);
    const inner = loss.querySelector('[role=button]');
    expect(inner).not.toBeNull();
    if (inner !== null) click(inner);
    expect(height(document)).toBeGreaterThan(before);
  });

  test('can be used from the keyboard', () => {
    const document = page();
    const first = layer(document, 'iris/linear1');
    expect(first.getAttribute('tabindex')).toBe('0');
    expect(first.getAttribute('aria-label')).toBe('linear(4, 30)');
    press(first, 'Tab');
    expect(first.getAttribute('aria-expanded')).toBe('false');
    press(first, 'Enter');
    expect(first.getAttribute('aria-expanded')).toBe('true');
    press(first, 'Escape');
    expect(first.getAttribute('aria-expanded')).toBe('false');
    press(first, ' ');
    expect(first.getAttribute('aria-expanded')).toBe('true');
  });

  test('can stand twice on a page', () => {
    const { document } = parseHTML(`<html><body>${fragment}${fragment}</body></html>`);
    const [one, other] = [...document.querySelectorAll('figure')];
    if (one === undefined || other === undefined) throw new TypeError('two figures');
    for (const each of [one, other]) bringToLife(each);
    click(one.querySelector('[data-scope="iris/linear1"]') as Element);
    expect(other.querySelector('[aria-expanded=true]')).toBeNull();
  });

  test('leaves layers of many operations closed', async () => {
    const few = await interactiveDiagram(program, { most: 2 });
    expect(few.length).toBeLessThan(fragment.length);
  });

  test('refuses what has no diagrams, and options out of range', async () => {
    await expect(interactiveDiagram({} as never)).rejects.toThrow('give a compiled program');
    await expect(interactiveDiagram(program, { most: 0 })).rejects.toThrow('most is 0');
    await expect(interactiveDiagram(program, { scope: 'iris/linaer1' })).rejects.toThrow('iris/linear1');
  });
});
