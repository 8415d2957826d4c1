import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { describeBundle } from './deploy/bundle.ts'
import { missingResources, readResources } from './deploy/resources.ts'
import { wrangler } from './deploy/wrangler.ts'

const HELP = `usage: pnpm run deploy [--dry-run]

Brings the catalog on Cloudflare up to this version: builds the Worker, applies migrations to the D1 database, and
deploys. Migrations go first: the version before works on their tables. Nothing is changed when the Worker cannot be
built.

  --dry-run   build it, and apply the migrations to a new local database; needs no account and changes nothing

CLOUDFLARE_API_TOKEN and CLOUDFLARE_ACCOUNT_ID say who deploys; without them, "npx wrangler login" once.`

process.exitCode = await main(process.argv.slice(2))

async function main(args: string[]): Promise<number> {
  const options = readOptions(args)
  if (options === null) return 2
  if (options.help) {
    console.log(HELP)
    return 0
  }
  const resources = readResources()
  const missing = missingResources(resources)
  if (missing !== null) {
    console.error(missing)
    if (!options.dryRun) return 2
  }
  const folder = await mkdtemp(join(tmpdir(), 'rbee-deploy-'))
  try {
    const built = await build(folder)
    if (built !== 0) return built
    return options.dryRun ? await rehearse(folder) : await deploy()
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function readOptions(args: string[]) {
  try {
    const { values } = parseArgs({
      args: args[0] === '--' ? args.slice(1) : args,
      options: { 'dry-run': { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
    })
    return { dryRun: values['dry-run'], help: values.help }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`)
    return null
  }
}

async function build(folder: string): Promise<number> {
  console.log('→ building the Worker')
  const outdir = join(folder, 'bundle')
  const code = await wrangler(['deploy', '--dry-run', '--outdir', outdir])
  if (code === 0) console.log(`\n${await describeBundle(outdir)}`)
  return code
}

async function rehearse(folder: string): Promise<number> {
  console.log('\n→ applying migrations to a new local database')
  const code = await wrangler([
    'd1',
    'migrations',
    'apply',
    'DB',
    '--local',
    '--persist-to',
    join(folder, 'state'),
  ])
  if (code === 0) {
    console.log(
      '\nNothing was changed. Without --dry-run, the same migrations are applied to the D1 database, and the',
    )
    console.log('Worker is deployed.')
  }
  return code
}

async function deploy(): Promise<number> {
  console.log('\n→ applying migrations')
  const migrated = await wrangler(['d1', 'migrations', 'apply', 'DB', '--remote'])
  if (migrated !== 0) {
    console.error(
      'The Worker was not deployed. Migrations that were applied stay; the version that runs works with them.',
    )
    return migrated
  }
  console.log('\n→ deploying')
  return wrangler(['deploy'])
}
