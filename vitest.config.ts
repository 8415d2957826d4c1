import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    reporters: ['default', './scripts/plain-reporter.ts'],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A Worker logs its requests to the console, a thousand of them in a test run.
    onConsoleLog: (text) => (text.includes('"message":"request"') ? false : undefined),
    projects: [
      {
        extends: true,
        test: {
          name: 'node',
          include: ['{apps,packages,workers,scripts,docs,bench}/**/*.test.ts'],
          exclude: ['**/node_modules/**', '**/*.workerd.test.ts'],
        },
      },
      './vitest.workerd.config.ts',
    ],
  },
})
