// Runs before every test file: fixes the seed of all property tests, so that a failure seen once is seen again.
import fastCheck from 'fast-check';

fastCheck.configureGlobal({ seed: 20_261_123 });
