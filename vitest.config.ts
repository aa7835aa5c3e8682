import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Some tests load the real models or start processes; on a busy machine that takes a while.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // A native addon lives in each worker: processes, not threads, so that one cannot take another down.
    pool: 'forks',
    maxWorkers: 2,
  },
});
