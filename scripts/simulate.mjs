/**
 * Runs the simulator of test/support/simulator.ts over many seeds, on all processors.
 *
 *   npm run simulate -- --seeds 200000 [--from 1] [--steps 150]
 */
