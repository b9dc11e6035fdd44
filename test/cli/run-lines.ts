// Runs several command lines in one process that no test runner loads modules for, and prints what each left behind:
// `[[args, folder], …]` as JSON on standard input. Starting a process for each would take minutes.
import { text } from 'node:stream/consumers';
import { tapeless } from './terminal.ts';

// The test that starts this script writes what it reads.
const lines = JSON.parse(await text(process.stdin)) as [args: string[], folder: string][];
const outcomes = [];
for (const [args, folder] of lines) outcomes.push(await tapeless(args, { folder }));
process.stdout.write(JSON.stringify(outcomes));
