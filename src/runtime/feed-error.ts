// Errors about feeds: what was fed, and the user's line that declares the input.
import { FeedError, type Span } from '../ir/errors.ts';
import { frame, type FrameNote } from '../ir/frame.ts';
import { spanOf } from '../ir/origin.ts';
import { printShape } from '../ir/size.ts';
import type { InputSpecification } from './feeds.ts';

/** An error about one input, or about a name that is no input. */
export function complain(
  code: string,
  entry: string,
  specification: InputSpecification | undefined,
  problem: string,
  help?: string,
): FeedError {
  const span: Span | null = specification === undefined ? null : spanOf(specification.tensor.origin);
  const notes: FrameNote[] =
    specification === undefined
      ? []
      : [
          {
            span,
            text: `is declared ${printShape(specification.shape)} ${specification.dtype}`,
            mark: 'secondary',
          },
        ];
  return new FeedError(code, frame(`${entry}: ${problem}`, notes, help), {
    ...(span === null ? {} : { spans: [span] }),
    ...(help === undefined ? {} : { help }),
  });
}
