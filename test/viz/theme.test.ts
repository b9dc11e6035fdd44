import { describe, expect, test } from 'vitest';
import { adaptToDarkMode, dark, darkPartners, fonts, light, seriesRoles } from '../../src/viz/theme.ts';

/** WCAG 2.2 relative luminance of a colour `#rrggbb`. */
function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((start) => {
    const channel = Number.parseInt(colour.slice(start, start + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one: string, other: string): number {
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

describe.each([
  ['light', light],
  ['dark', dark],
])('the %s look', (_, scheme) => {
  test('is legible: text has WCAG AA contrast on the card and on the fill of its role', () => {
    expect(contrast(scheme.ink, scheme.surface)).toBeGreaterThan(7);
    expect(contrast(scheme.muted, scheme.surface)).toBeGreaterThan(4.5);
    for (const role of seriesRoles) {
      const { line, fill, ink } = scheme.roles[role];
      expect(contrast(ink, scheme.surface), `${role} ink on the card`).toBeGreaterThan(4.5);
      expect(contrast(ink, fill), `${role} ink on its fill`).toBeGreaterThan(4.5);
      expect(contrast(line, scheme.surface), `${role} line on the card`).toBeGreaterThan(3);
    }
  });
});

describe('adaptToDarkMode', () => {
  test('can tell all light colours apart, and none is one that Graphviz prints as a name', () => {
    const count = 5 + 3 * seriesRoles.length;
    expect(darkPartners.size).toBe(count);
    expect([...darkPartners.keys()].filter((colour) => !/^#[0-9a-f]{6}$/.test(colour))).toEqual([]);
    expect(darkPartners.has('#ffffff') || darkPartners.has('#000000')).toBe(false);
  });

  test('swaps just the fills and strokes that the picture contains', () => {
    const svg = `<?xml version="1.0"?><svg width="9"><rect fill="${light.surface}" stroke="${light.border}"/></svg>`;
    expect(adaptToDarkMode(svg)).toBe(
      `<?xml version="1.0"?><svg width="9"><style>@media (prefers-color-scheme:dark){` +
        `[fill="${light.surface}"]{fill:${dark.surface}}[stroke="${light.border}"]{stroke:${dark.border}}` +
        `}</style><rect fill="${light.surface}" stroke="${light.border}"/></svg>`,
    );
  });

  test('leaves a picture in other colours as it is', () => {
    const svg = '<svg><rect fill="red"/></svg>';
    expect(adaptToDarkMode(svg)).toBe(svg);
  });
});

test('font stacks are unquoted and end in a generic family', () => {
  expect(fonts.sans).toMatch(/^[^'"]+, sans-serif$/);
  expect(fonts.mono).toMatch(/^[^'"]+, monospace$/);
});
