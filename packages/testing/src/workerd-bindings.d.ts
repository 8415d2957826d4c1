// What vitest.workerd.config.ts gives to tests that run inside workerd.

declare module 'cloudflare:workers' {
  export const env: {
    readonly DB: import('@cloudflare/workers-types').D1Database
    readonly BUCKET: import('@cloudflare/workers-types').R2Bucket
    /** The files of packages/db/migrations, for `applyD1Migrations`. */
    readonly TEST_MIGRATIONS: import('cloudflare:test').D1Migration[]
  }
}

declare module 'cloudflare:test' {
  export interface D1Migration {
    readonly name: string
    readonly queries: string[]
  }
  export function applyD1Migrations(
    db: import('@cloudflare/workers-types').D1Database,
    migrations: D1Migration[],
  ): Promise<void>
}
