import { all, holdTo } from './corpora.ts';

holdTo('ops.jsonl.gz', 'interpreter', all);
holdTo('opinfo.jsonl.gz', 'interpreter', all);
holdTo('graphs.jsonl.gz', 'interpreter', all);
holdTo('tfjs.jsonl.gz', 'interpreter', all);
holdTo('tfjs-others.jsonl.gz', 'interpreter', all);
