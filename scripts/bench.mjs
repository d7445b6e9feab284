// npm run bench: what things cost here, as ratios in one run. Nothing of it is asserted anywhere.
import { importTs } from './import-ts.mjs';

await importTs('bench/validation.ts');
