// Every operator of OpInfo that the project has, family by family.
import type { OpinfoOperator } from './opinfo.ts';

export const opinfoOperators: Readonly<Record<string, OpinfoOperator>> = {};
