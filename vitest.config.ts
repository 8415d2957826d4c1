import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    reporters: ['default', './scripts/plain-reporter.ts'],
    // Generous, because files run side by side and start many programs: what hangs is noticed all the same.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 20_000 } },
    // Many tests wait for programs that they started, so that one file at a time, the default for two cores, leaves half idle.
    maxWorkers: Math.max(3, availableParallelism() - 1),
    // A Worker logs its requests to the console, a thousand of them in a test run.
    onConsoleLog: (text) => (text.includes('"message":"request"') ? false : undefined),
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          execArgv: ['--import', new URL('apps/cli/bin/module-lookup.js', import.meta.url).href],
          include: ['{apps,packages,workers,scripts,docs,bench}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.workerd.test.ts'],
        },
      },
      './vitest.workerd.config.ts',
    ],
  },
})
