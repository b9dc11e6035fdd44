// The ways of optimizers through a valley, each on a map of its own with lines of equal height.
import { card, light, type Role } from 'tapeless/viz';

type Place = readonly [number, number];

/** What is mapped: the part of the plane, its heights, and the ways. */
export interface Valley {
  readonly height: (a: number, b: number) => number;
  readonly from: Place;
  readonly to: Place;
  /** The heights of the lines. */
  readonly levels: readonly number[];
  readonly lowest: Place;
  readonly ways: readonly {
    readonly name: string;
    readonly places: readonly Place[];
    readonly note: string;
  }[];
}

const [width, tall, gap, title, columns, cells] = [290, 232, 20, 26, 3, 110] as const;

/** Lines of equal height by marching squares: where a side of a cell is crossed, linearly interpolated. */
function contour(heights: (column: number, row: number) => number, level: number): string {
  const pieces: string[] = [];
  for (let row = 0; row < cells; row++) {
    for (let column = 0; column < cells; column++) {
      const corners = [
        [column, row],
        [column + 1, row],
        [column + 1, row + 1],
        [column, row + 1],
      ] as const;
      const crossings = corners.flatMap((corner, side) => {
        const next = corners[(side + 1) % 4]!;
        const [here, there] = [heights(...corner) - level, heights(...next) - level];
        if (here < 0 === there < 0) return [];
        const part = here / (here - there);
        const x = ((corner[0] + part * (next[0] - corner[0])) * width) / cells;
        const y = tall - ((corner[1] + part * (next[1] - corner[1])) * tall) / cells;
        return [`${x.toFixed(1)} ${y.toFixed(1)}`];
      });
      for (let at = 0; at + 1 < crossings.length; at += 2)
        pieces.push(`M${crossings[at]}L${crossings[at + 1]}`);
    }
  }
  return pieces.join('');
}

/** Draws the maps side by side, as a card of the library's look. */
export function valleyMap(header: { title: string; subtitle: string }, valley: Valley): string {
  const { height, from, to, levels, lowest, ways } = valley;
  const at = (share: number, axis: 0 | 1): number => from[axis] + share * (to[axis] - from[axis]);
  const heights = (column: number, row: number): number => height(at(column / cells, 0), at(row / cells, 1));
  const pixel = ([a, b]: Place): Place => [
    ((a - from[0]) / (to[0] - from[0])) * width,
    tall - ((b - from[1]) / (to[1] - from[1])) * tall,
  ];
  const text = (place: Place): string =>
    pixel(place)
      .map((value) => value.toFixed(1))
      .join(' ');
  const dot = (place: Place, radius: number, role: Role): string => {
    const [x, y] = pixel(place);
    return `<circle cx="${x.toFixed(1)}" cy="${y.toFixed(1)}" r="${radius}" fill="${light.roles[role].line}"/>`;
  };
  const lines = levels.map(
    (level) =>
      `<path d="${contour(heights, level)}" fill="none" stroke="${light.border}" stroke-width="1.2"/>`,
  );
  const maps = ways.map(({ name, places, note }, index) => {
    const x = (index % columns) * (width + gap);
    const y = Math.floor(index / columns) * (tall + title + gap);
    return [
      `<g transform="translate(${x} ${y})">`,
      `<text y="12" font-size="14" font-weight="600" fill="${light.ink}">${name}<tspan dx="8" font-size="11" font-weight="400" fill="${light.muted}">${note}</tspan></text>`,
      `<svg y="${title}" width="${width}" height="${tall}" viewBox="0 0 ${width} ${tall}"><use href="#heights"/>`,
      `<path d="M${places.map(text).join('L')}" fill="none" stroke="${light.roles.backward.line}" stroke-width="1.8" stroke-linejoin="round"/>`,
      ...places.map((place) => dot(place, 2, 'backward')),
      dot(lowest, 4.5, 'accent'),
      '</svg></g>',
    ].join('');
  });
  const rows = Math.ceil(ways.length / columns);
  return card(
    header,
    columns * width + (columns - 1) * gap,
    rows * (tall + title) + (rows - 1) * gap,
    [`<defs><g id="heights">${lines.join('')}</g></defs>`, ...maps],
    `${header.title}: the ways of ${ways.map(({ name }) => name).join(', ')}`,
  );
}
