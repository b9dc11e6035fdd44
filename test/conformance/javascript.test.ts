import { even, holdTo } from './corpora.ts';

holdTo('ops.jsonl.gz', 'js', even);
holdTo('opinfo.jsonl.gz', 'js', even);
holdTo('graphs.jsonl.gz', 'js', even);
holdTo('tfjs.jsonl.gz', 'js', even);
holdTo('tfjs-others.jsonl.gz', 'js', even);
