import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { cloudflareTest, readD1Migrations } from '@cloudflare/vitest-plugin'
import { defineConfig } from 'vitest/config'

const migrations = fileURLToPath(new URL('packages/db/migrations', import.meta.url))

const sanitizer = createRequire(new URL('apps/web/package.json', import.meta.url)).resolve('sanitize-html')
const postcss = createRequire(createRequire(sanitizer).resolve('postcss'))

/** Tests named `*.workerd.test.ts` run inside workerd, with a D1 database and an R2 bucket per test file. */
export default defineConfig({
  // The runner takes what packages replace for browsers; without a bundler, what they leave out there is missing here.
  resolve: {
    alias: { 'source-map-js': postcss.resolve('source-map-js') },
  },
  plugins: [
    cloudflareTest(async () => ({
      miniflare: {
        compatibilityDate: '2026-11-01',
        compatibilityFlags: ['nodejs_compat'],
        d1Databases: ['DB'],
        r2Buckets: ['BUCKET'],
        bindings: { TEST_MIGRATIONS: await readD1Migrations(migrations) },
      },
    })),
  ],
  test: {
    name: 'workerd',
    include: ['{apps,packages}/**/*.workerd.test.ts'],
    exclude: ['**/node_modules/**'],
    globalSetup: ['apps/catalog/contract/provided-identities.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
