import { describe, it } from 'vitest';
import { simulate } from '../support/simulator.ts';

describe('the simulator', () => {
  it('finds nothing', () => {
    for (let seed = 1; seed <= Number(process.env.EDGEPAD_SEEDS ?? 20); seed++) simulate(seed, 150);
  });
});
