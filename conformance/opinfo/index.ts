// Every operator of OpInfo that the project has, family by family.
import { convolutionOpinfo } from './convolution.ts';
import type { OpinfoOperator } from './opinfo.ts';

export const opinfoOperators: Readonly<Record<string, OpinfoOperator>> = {
  ...convolutionOpinfo,
};
