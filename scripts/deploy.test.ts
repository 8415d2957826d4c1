import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { missingResources, readResources } from './deploy/resources.ts'

const PROJECT = resolve(dirname(fileURLToPath(import.meta.url)), '..')

function deploy(...args: string[]): Promise<{ code: number; output: string }> {
  return new Promise((done) => {
    const env = { ...process.env, CI: 'true', CLOUDFLARE_API_TOKEN: '', CLOUDFLARE_ACCOUNT_ID: '' }
    execFile(
      process.execPath,
      ['scripts/deploy.ts', ...args],
      { cwd: PROJECT, env },
      (error, stdout, stderr) => {
        done({ code: error === null ? 0 : Number(error.code), output: stdout + stderr })
      },
    )
  })
}

describe('pnpm run deploy', { timeout: 120_000 }, () => {
  it('--dry-run builds the Worker and applies every migration to a local database', async () => {
    const { code, output } = await deploy('--dry-run')
    expect(code).toBe(0)
    expect(output).toMatch(/The Worker has \d+ KiB, \d+ KiB compressed: within the 3 MiB of the free plan/)
    const migrations = (await readdir(resolve(PROJECT, 'packages/db/migrations'))).filter((name) =>
      name.endsWith('.sql'),
    )
    expect(migrations.length).toBeGreaterThan(1)
    for (const name of migrations) expect(output).toContain(name)
    expect(output).toContain('Nothing was changed')
  })

  it('changes nothing while the database is not named, and says how to make everything', async () => {
    const { code, output } = await deploy()
    expect(code).toBe(2)
    expect(output).not.toContain('→')
    for (const command of [
      'd1 create',
      'r2 bucket create',
      'queues create',
      'secret put RBEE_OPERATOR_TOKEN',
    ]) {
      expect(output).toContain(`npx wrangler ${command}`)
    }
  })

  it('refuses what it does not know', async () => {
    expect(await deploy('--dryrun')).toMatchObject({ code: 2, output: expect.stringContaining('usage:') })
  })
})

describe('wrangler.jsonc', () => {
  it('names a database, and queues that have somewhere to put what cannot be counted', () => {
    const { database, buckets, queues } = readResources()
    expect(database.name).toBe('rbee-worker-catalog')
    expect(buckets).toHaveLength(1)
    expect(queues).toEqual(['rbee-downloads', 'rbee-downloads-failed'])
  })

  it('is complete once it has the id of a database', () => {
    const resources = readResources()
    const database = { ...resources.database, id: 'c0ffee00-0000-4000-8000-000000000000' }
    expect(missingResources({ ...resources, database })).toBeNull()
  })
})
