// What every picture has to be, whatever it shows, and its parts to look at. For tests of pictures.
import { parseHTML } from 'linkedom';
import { expect } from 'vitest';
import { estimateTextWidth } from '../../src/viz/svg.ts';

interface Place {
  readonly x: number;
  readonly y: number;
}

/** The sum of the translations around an element; pictures turn nothing but single texts. */
function originOf(node: Element): Place {
  let x = 0;
  let y = 0;
  for (let at: Element | null = node; at !== null; at = at.parentElement) {
    const moved = /translate\((-?[\d.]+) (-?[\d.]+)\)/.exec(at.getAttribute('transform') ?? '');
    x += Number(moved?.[1] ?? 0);
    y += Number(moved?.[2] ?? 0);
  }
  return { x, y };
}

function numberOf(node: Element, name: string): number {
  return Number(node.getAttribute(name) ?? 0);
}

/** Ends of all pieces of a path in the commands that pictures use; relative and absolute ones. */
function pathPoints(path: string): readonly Place[] {
  const points: Place[] = [];
  let x = 0;
  let y = 0;
  for (const [, command = '', rest = ''] of path.matchAll(/([MLHVhvlmZz])([^MLHVhvlmZz]*)/g)) {
    const numbers = (rest.match(/-?[\d.]+(?:e-?\d+)?/g) ?? []).map(Number);
    const step = /[HVhv]/.test(command) ? 1 : 2;
    for (let index = 0; index + step <= numbers.length; index += step) {
      const [first = NaN, second = NaN] = numbers.slice(index, index + step);
      if (command === 'H') x = first;
      else if (command === 'h') x += first;
      else if (command === 'V') y = first;
      else if (command === 'v') y += first;
      else if (command === 'M' || command === 'L') [x, y] = [first, second];
      else [x, y] = [x + first, y + second];
      points.push({ x, y });
    }
  }
  return points;
}

/** The corners between which an element lies, without the origin of the groups around it. */
function cornersOf(node: Element): readonly Place[] {
  const [x, y] = [numberOf(node, 'x'), numberOf(node, 'y')];
  switch (node.tagName.toLowerCase()) {
    case 'rect':
    case 'image':
      return [
        { x, y },
        { x: x + numberOf(node, 'width'), y: y + numberOf(node, 'height') },
      ];
    case 'circle': {
      const r = numberOf(node, 'r');
      const [cx, cy] = [numberOf(node, 'cx'), numberOf(node, 'cy')];
      return [
        { x: cx - r, y: cy - r },
        { x: cx + r, y: cy + r },
      ];
    }
    case 'path':
      return pathPoints(node.getAttribute('d') ?? '');
    case 'text': {
      const width = estimateTextWidth(node.textContent ?? '', numberOf(node, 'font-size'));
      const anchor = node.getAttribute('text-anchor');
      const left = anchor === 'end' ? -width : anchor === 'middle' ? -width / 2 : 0;
      const turned = /rotate\((-?\d+)\)/.exec(node.getAttribute('transform') ?? '');
      const angle = (Number(turned?.[1] ?? 0) * Math.PI) / 180;
      return [left, left + width].map((along) => ({
        x: x + along * Math.cos(angle),
        y: y + along * Math.sin(angle),
      }));
    }
    default:
      return [];
  }
}

/** Fails unless the picture is well formed, has finite coordinates, and nothing of it leaves the card. */
export function expectSound(svg: string): void {
  const attributes = svg.replaceAll(/>[^<]*</g, '><');
  expect(attributes).not.toMatch(/NaN|Infinity|undefined/);
  const { document } = parseHTML(`<html><body>${svg}</body></html>`);
  const root = document.querySelector('svg');
  const [, , width = NaN, height = NaN] = (root?.getAttribute('viewBox') ?? '').split(' ').map(Number);
  expect(width).toBeGreaterThan(0);
  expect(height).toBeGreaterThan(0);
  const outside = [...document.querySelectorAll('rect, image, circle, path, text')].flatMap((node) => {
    const origin = originOf(node);
    return cornersOf(node)
      .map((corner) => ({ x: origin.x + corner.x, y: origin.y + corner.y }))
      .filter(({ x, y }) => !(x >= 0 && y >= 0 && x <= width && y <= height))
      .map(
        (corner) => `${node.outerHTML.slice(0, 120)} reaches ${corner.x} ${corner.y} of ${width} ${height}`,
      );
  });
  expect(outside).toEqual([]);
}

/** The texts, tooltips and elements of a picture. */
export function partsOf(svg: string) {
  const { document } = parseHTML(`<html><body>${svg}</body></html>`);
  return {
    texts: [...document.querySelectorAll('text')].map((node) => node.textContent),
    titles: [...document.querySelectorAll('title')].map((node) => node.textContent),
    all: (selector: string) => [...document.querySelectorAll(selector)],
  };
}
