// Teaches a network one digit, pixel by pixel, and lets it paint the digit four times as large.
import { fit } from 'tapeless/train';
import type { ProgressListener } from 'tapeless/train';
import { digitData, places } from './data.ts';
import { training } from './model.ts';
import type { program } from './model.ts';

export async function trainPainter(
  model: typeof program,
  options: { seed?: number; progress?: ProgressListener } = {},
) {
  const { seed = 0, progress = false } = options;
  const { train } = await digitData();
  const session = model.start({ seed });
  const history = await fit(session, train, { ...training, seed, progress });
  const { loss } = session.evaluate(train.feeds);
  return {
    history,
    /** The peak signal-to-noise ratio in decibels: how far the painted pixels are from the true ones. */
    psnr: -10 * Math.log10(loss),
    /** The picture at any size. */
    paint: (size: number) =>
      Float32Array.from(
        session.predict({ x: places(size), y: new Float32Array(size * size) }).brightness.data,
      ),
  };
}
