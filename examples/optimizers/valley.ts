// A valley with a bend (Rosenbrock 1960, made milder), and the way that an optimizer takes through it: two parameters,
// no data.
import { add, compile, defineLayer, filled, mul, select, square, sub, zeros, type Optimizer } from 'tapeless';

export const start = [-1.4, 1.6] as const;
export const lowest = [1, 1] as const;

/** The height at a place. */
export const height = (a: number, b: number): number => (1 - a) ** 2 + 20 * (b - a ** 2) ** 2;

const point = defineLayer({
  type: 'point',
  label: 'point',
  apply: (origin, { parameter }) => add(origin, parameter('place', [2], zeros, 'f32')),
});
const place = point(filled([2], 0));
const [a, b] = [select(place, 0, 0), select(place, 0, 1)];
const loss = add(square(sub(1, a)), mul(square(sub(b, square(a))), 20));

/** The places after each step, two numbers each. */
export function walk(optimizer: Optimizer, steps: number): readonly (readonly [number, number])[] {
  const session = compile({ loss, optimizer }).start();
  session.assign({ 'point.place': Float32Array.from(start) });
  return Array.from({ length: steps + 1 }, (_, step) => {
    if (step > 0) session.step({});
    const [first = NaN, second = NaN] = session.parameters()['point.place']!.data;
    return [first, second] as const;
  });
}
