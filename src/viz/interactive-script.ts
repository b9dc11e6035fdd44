// What runs in the page of an interactive diagram. The function is sent as its own text, so it refers to nothing outside
// itself. Relies on the marks that interactive.ts leaves in the drawing.

/**
 * Brings a figure to life: a layer with an inside opens in its place, everything else makes room. A picture is stretched
 * where layers are open: a coordinate moves by what opened before it, in either direction.
 */
export function bringToLife(figure: Element): void {
  const scale = 0.85;
  const space = 'http://www.w3.org/2000/svg';
  const svg = figure.querySelector('svg');
  const root = svg?.querySelector('[data-level]');
  if (!svg || !root) return;

  interface Box {
    x: number;
    y: number;
    width: number;
    height: number;
  }
  interface Inside {
    readonly holder: Element;
    readonly level: Level;
  }
  interface Node {
    readonly group: Element;
    readonly box: Box;
    readonly inside: Inside | undefined;
    isOpen: boolean;
  }
  interface Level {
    readonly nodes: ReadonlyMap<string, Node>;
    readonly page: Element | null;
    readonly width: number;
    readonly height: number;
    readonly shapes: readonly {
      readonly element: Element;
      readonly path: string;
      readonly edge: Element | null;
    }[];
    readonly texts: readonly {
      readonly element: Element;
      readonly x: number;
      readonly y: number;
    }[];
  }
  type Warp = (at: number) => number;
  type Point = readonly [x: number, y: number];
  /** The places of an edge, as drawn at first and now. */
  interface Placed {
    readonly before: readonly Point[];
    readonly after: readonly Point[];
  }

  const attribute = (element: Element | null, name: string): string => element?.getAttribute(name) ?? '';
  const numbers = (text: string): number[] => (text.match(/-?[\d.]+/g) ?? []).map(Number);
  const round = (value: number): number => Math.round(value * 100) / 100 || 0;
  const pointsIn = (text: string): readonly Point[] => {
    const values = numbers(text);
    return values.flatMap((x, at) => (at % 2 === 0 ? [[x, values[at + 1] ?? 0] as const] : []));
  };
  /** Elements of a level that are not inside of a node of it. */
  const own = (level: Element, selector: string): Element[] =>
    Array.from(level.querySelectorAll(selector)).filter((each) => each.closest('[data-level]') === level);

  const read = (group: Element): Level => {
    const nodes = new Map<string, Node>();
    for (const each of own(group, '[data-node]')) {
      const [x = 0, y = 0, width = 0, height = 0] = numbers(attribute(each, 'data-box'));
      const holder = Array.from(each.children).find((child) => child.hasAttribute('data-inside'));
      const level = holder?.querySelector('[data-level]');
      nodes.set(attribute(each, 'data-node'), {
        group: each,
        box: { x, y, width, height },
        inside: holder && level ? { holder, level: read(level) } : undefined,
        isOpen: false,
      });
    }
    const [width = 0, height = 0] = numbers(attribute(group, 'data-size'));
    const free = own(group, '.edge, .cluster').flatMap((each) => Array.from(each.children));
    return {
      nodes,
      width,
      height,
      page: Array.from(group.children).find((child) => child.tagName === 'rect') ?? null,
      shapes: free
        .filter((each) => each.hasAttribute('d') || each.hasAttribute('points'))
        .map((element) => ({
          element,
          path: attribute(element, element.hasAttribute('d') ? 'd' : 'points'),
          edge: element.closest('.edge'),
        })),
      texts: free
        .filter((each) => each.tagName === 'text')
        .map((element) => ({
          element,
          x: Number(attribute(element, 'x')),
          y: Number(attribute(element, 'y')),
        })),
    };
  };

  /** What stretches a picture along one direction: open nodes side by side make room together. */
  const stretch = (parts: readonly (readonly [from: number, to: number, more: number])[]): [Warp, number] => {
    const bands: { from: number; to: number; more: number }[] = [];
    for (const [from, to, more] of [...parts].sort((a, b) => a[0] - b[0])) {
      const last = bands.at(-1);
      if (last === undefined || from >= last.to) bands.push({ from, to, more });
      else {
        last.to = Math.max(last.to, to);
        last.more = Math.max(last.more, more);
      }
    }
    const within = (at: number, from: number, to: number): number =>
      Math.min(1, Math.max(0, (at - from) / Math.max(1, to - from)));
    const warp: Warp = (at) =>
      bands.reduce((sum, { from, to, more }) => sum + more * within(at, from, to), at);
    return [warp, bands.reduce((sum, { more }) => sum + more, 0)];
  };

  /** Lays a level out again and gives its size. */
  const arrange = (level: Level): readonly [number, number] => {
    const open = new Map<Node, readonly [number, number]>();
    for (const node of level.nodes.values()) {
      if (!node.isOpen || node.inside === undefined) continue;
      const [width, height] = arrange(node.inside.level);
      open.set(node, [width * scale, height * scale]);
    }
    const grown = [...open].map(([{ box }, [width, height]]) => ({
      box,
      wider: Math.max(0, width - box.width),
      higher: Math.max(0, height - box.height),
    }));
    const [warpX, wider] = stretch(
      grown.map(({ box, wider: more }) => [box.x, box.x + box.width, more] as const),
    );
    const [warpY, higher] = stretch(
      grown.map(({ box, higher: more }) => [box.y, box.y + box.height, more] as const),
    );
    const centre = ({ box }: Node): [number, number] => [
      warpX(box.x + box.width / 2),
      warpY(box.y + box.height / 2),
    ];
    const shift = (node: Node): [number, number] => {
      const [x, y] = centre(node);
      return [x - node.box.x - node.box.width / 2, y - node.box.y - node.box.height / 2];
    };
    for (const node of level.nodes.values()) {
      const size = open.get(node);
      const [dx, dy] = shift(node);
      const [x, y] = centre(node);
      if (size === undefined) node.group.setAttribute('transform', `translate(${round(dx)} ${round(dy)})`);
      else {
        node.group.setAttribute('transform', '');
        node.inside?.holder.setAttribute(
          'transform',
          `translate(${round(x - size[0] / 2)} ${round(y - size[1] / 2)}) scale(${scale})`,
        );
      }
    }
    /** Where the end of an edge goes with its node. */
    const attached = (node: Node | undefined, x: number, y: number): [number, number] => {
      if (node === undefined) return [warpX(x), warpY(y)];
      const [dx, dy] = shift(node);
      const size = open.get(node);
      if (size === undefined) return [x + dx, y + dy];
      const [middleX, middleY] = centre(node);
      const { box } = node;
      const across = (2 * (x - box.x - box.width / 2)) / box.width;
      const isAbove = y < box.y + box.height / 2;
      const gap = isAbove ? y - box.y : y - box.y - box.height;
      return [
        middleX + (across * Math.min(size[0], box.width)) / 2,
        middleY + (isAbove ? -1 : 1) * (size[1] / 2) + gap,
      ];
    };
    /** Whether an edge passes an open node, so that it has to go around what is larger now. */
    const passes = (ys: readonly number[]): boolean =>
      grown.some(({ box }) => box.y > Math.min(...ys) && box.y + box.height < Math.max(...ys));
    const placed = new Map<Element, Placed>();
    for (const { element, path, edge } of level.shapes) {
      const from = level.nodes.get(attribute(edge, 'data-from'));
      const to = level.nodes.get(attribute(edge, 'data-to'));
      const points = pointsIn(path);
      const isArrow = edge !== null && element.hasAttribute('points');
      const [fromShift, toShift] = [from && shift(from)[0], to && shift(to)[0]];
      // An edge between nodes that move alike keeps its form.
      const isKept =
        fromShift !== undefined &&
        toShift !== undefined &&
        Math.abs(fromShift - toShift) < 0.5 &&
        !passes(points.map(([, y]) => y));
      const moved = points.map(([x, y], at): Point => {
        if (isArrow) {
          const [tipX, tipY] = points[1] ?? [x, y];
          const [newX, newY] = attached(to, tipX, tipY);
          return [x + newX - tipX, y + newY - tipY];
        }
        const end = edge === null ? undefined : at <= 1 ? from : at >= points.length - 2 ? to : undefined;
        if (end !== undefined) return attached(end, x, y);
        return [isKept ? x + fromShift : warpX(x), warpY(y)];
      });
      let next = 0;
      const written = path.replace(/-?[\d.]+/g, () => {
        const value = moved[next >> 1]?.[next % 2 === 0 ? 0 : 1] ?? 0;
        next++;
        return String(round(value));
      });
      element.setAttribute(element.hasAttribute('d') ? 'd' : 'points', written);
      if (edge !== null && !isArrow) placed.set(edge, { before: points, after: moved });
    }
    for (const { element, x, y } of level.texts) {
      // The label of an edge goes with the nearest place of the edge.
      const { before = [], after = [] } = placed.get(element.parentElement ?? element) ?? {};
      const far = before.map(([pointX, pointY]) => Math.hypot((pointX - x) / 4, pointY - y));
      const nearest = far.indexOf(Math.min(...far));
      const [oldX = x, newX = warpX(x)] = [before[nearest]?.[0], after[nearest]?.[0]];
      element.setAttribute('x', String(round(x + newX - oldX)));
      element.setAttribute('y', String(round(warpY(y))));
    }
    const size = [level.width + wider, level.height + higher] as const;
    level.page?.setAttribute('width', String(round(size[0] - 1)));
    level.page?.setAttribute('height', String(round(size[1] - 1)));
    return size;
  };

  const whole = read(root);
  const redraw = (): void => {
    const [width, height] = arrange(whole);
    svg.setAttribute('width', String(round(width)));
    svg.setAttribute('height', String(round(height)));
    svg.setAttribute('viewBox', `0 0 ${round(width)} ${round(height)}`);
  };

  const toggle = (node: Node): void => {
    const { group, inside } = node;
    if (inside === undefined) return;
    node.isOpen = !node.isOpen;
    group.setAttribute('aria-expanded', String(node.isOpen));
    for (const child of Array.from(group.children)) {
      const isShown = child === inside.holder ? node.isOpen : !node.isOpen;
      if (isShown) child.removeAttribute('display');
      else child.setAttribute('display', 'none');
    }
    redraw();
  };

  const enliven = (level: Level): void => {
    for (const node of level.nodes.values()) {
      const { group, inside, box } = node;
      if (inside === undefined) continue;
      const name = group.querySelector('text')?.textContent ?? '';
      const colour = attribute(group.querySelector('path, polygon'), 'stroke');
      inside.level.page?.setAttribute('stroke', colour);
      const sign = figure.ownerDocument.createElementNS(space, 'text');
      sign.textContent = '+';
      const look = { x: box.x + box.width - 10, y: box.y + 13, fill: colour, 'text-anchor': 'middle' };
      for (const [key, value] of Object.entries({ ...look, 'font-size': 12, 'font-weight': 600 })) {
        sign.setAttribute(key, String(value));
      }
      group.append(sign);
      for (const [key, value] of [
        ['tabindex', '0'],
        ['role', 'button'],
        ['aria-expanded', 'false'],
        ['aria-label', name],
        ['style', 'cursor:pointer'],
      ] as const) {
        group.setAttribute(key, value);
      }
      group.addEventListener('click', (event) => {
        event.stopPropagation();
        toggle(node);
      });
      group.addEventListener('keydown', (event) => {
        const { key } = event as KeyboardEvent;
        const isMeant = key === 'Enter' || key === ' ' || (key === 'Escape' && node.isOpen);
        if (!isMeant) return;
        event.preventDefault();
        event.stopPropagation();
        toggle(node);
      });
      enliven(inside.level);
    }
  };
  enliven(whole);
  svg.setAttribute('role', 'group');
  figure.querySelector('figcaption')?.removeAttribute('hidden');
}
