import { all, holdTo, odd } from './corpora.ts';

holdTo('ops.jsonl.gz', 'wasm', odd);
holdTo('opinfo.jsonl.gz', 'wasm', odd);
holdTo('graphs.jsonl.gz', 'wasm', odd);
holdTo('tfjs.jsonl.gz', 'wasm', odd);
holdTo('tfjs-others.jsonl.gz', 'wasm', odd);
holdTo('initialisers.json', 'wasm', all);
