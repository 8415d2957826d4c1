import { execFileSync } from 'node:child_process'
import { access, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startS3Server } from '@rbee/testing/s3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endPrograms, run, start } from '../../commands/rbee-catalog/testing/program.ts'
import { type BackupWorld, backupWorld, createToken, installableReleases, publish } from './testing/world.ts'

let world: BackupWorld
beforeEach(async () => {
  world = await backupWorld()
})
afterEach(async () => {
  await endPrograms()
  await world.close()
})

const backup = (...args: string[]) =>
  run(world.at('.'), ['backup', '--data-dir', 'data', '--to', 'backup', ...args])
const restore = (...args: string[]) =>
  run(world.at('.'), ['restore', '--from', 'backup', '--data-dir', 'restored', ...args])

/** The files below a folder of the world, whatever they are. */
async function filesIn(name: string): Promise<string[]> {
  const entries = await readdir(world.at(name), { recursive: true, withFileTypes: true }).catch(() => [])
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

/** The one file below the backup whose path matches. */
async function fileOfBackup(pattern: RegExp): Promise<string> {
  const found = (await filesIn('backup')).find((path) => pattern.test(path))
  if (found === undefined) throw new Error(`no file ${pattern}`)
  return found
}

const exists = (path: string) =>
  access(path).then(
    () => true,
    () => false,
  )

describe('a backup', { timeout: 60_000 }, () => {
  it('is served elsewhere with every release, its archives and the tokens', async () => {
    const server = await world.start('data')
    await publish(server, 'echo-worker', '1.0.0')
    await publish(server, 'echo-worker', '1.1.0')
    await publish(server, 'paint-worker', '1.0.0')
    const token = await createToken(server)
    const made = await backup('--json')
    expect(made).toMatchObject({ code: 0 })
    expect(JSON.parse(made.stdout)).toMatchObject({
      workers: 2,
      releases: 3,
      archives: { total: 3, copied: 3 },
      missing: [],
    })

    const put = await restore('--json')
    expect(put).toMatchObject({ code: 0 })
    expect(JSON.parse(put.stdout)).toMatchObject({ workers: 2, releases: 3, archives: 3, replaced: [] })
    const restored = await world.start('restored')
    const releases = ['echo-worker 1.0.0', 'echo-worker 1.1.0', 'paint-worker 1.0.0']
    expect(await installableReleases(restored)).toEqual(releases)
    expect(await restored.registry.authenticate(token)).toMatchObject({ scope: 'publish' })
    await publish(restored, 'echo-worker', '2.0.0')
    expect(await installableReleases(restored)).toContain('echo-worker 2.0.0')
  })

  it('is believed by who knew the server: it has the same keys, and the log goes on', async () => {
    const server = await world.start('data')
    await publish(server, 'echo-worker', '1.0.0')
    const state = ['--state', 'log.json', '--key', server.logKey]
    expect(await run(world.at('.'), ['log', 'verify', server.url, ...state])).toMatchObject({ code: 0 })
    expect(await backup()).toMatchObject({ code: 0 })
    expect(await restore()).toMatchObject({ code: 0 })
    const restored = await world.start('restored')
    expect(restored.logKey).toBe(server.logKey)
    expect(restored.trustedRoot).toEqual(server.trustedRoot)
    await publish(restored, 'echo-worker', '2.0.0')
    const again = await run(world.at('.'), ['log', 'verify', restored.url, ...state, '--json'])
    // Two keys of the registry and a release; then another release, and no key.
    expect(JSON.parse(again.stdout)).toMatchObject({ ok: true, known_size: 3, size: 4 })
    expect((await stat(world.at('restored/keys/log.key'))).mode & 0o777).toBe(0o600)
  })

  it('made while releases are published holds those before it, and nothing that cannot be installed', async () => {
    const server = await world.start('data')
    for (let minor = 0; minor < 5; minor += 1) await publish(server, 'echo-worker', `1.${minor}.0`, 200_000)
    let running = true
    const publishing = (async () => {
      for (let minor = 5; running && minor < 200; minor += 1)
        await publish(server, 'echo-worker', `1.${minor}.0`)
    })()
    const made = await backup('--json')
    running = false
    await publishing
    expect(made.code).toBe(0)
    expect((await restore()).code).toBe(0)
    const releases = await installableReleases(await world.start('restored'))
    expect(releases).toEqual(
      expect.arrayContaining([0, 1, 2, 3, 4].map((minor) => `echo-worker 1.${minor}.0`)),
    )
    expect(releases).toHaveLength(JSON.parse(made.stdout).releases)
  })

  it('copies only what is new, and keeps what was before', async () => {
    const server = await world.start('data')
    await publish(server, 'echo-worker', '1.0.0')
    const first = JSON.parse((await backup('--json')).stdout)
    await publish(server, 'echo-worker', '1.1.0')
    const second = JSON.parse((await backup('--json')).stdout)
    expect(second.archives).toMatchObject({ total: 2, copied: 1 })
    expect((await restore('--snapshot', first.snapshot)).code).toBe(0)
    expect(await installableReleases(await world.start('restored'))).toEqual(['echo-worker 1.0.0'])
  })

  it('can be read by nobody else', async () => {
    await publish(await world.start('data'), 'echo-worker', '1.0.0')
    await backup()
    for (const path of [world.at('backup'), ...(await filesIn('backup'))]) {
      if (path.endsWith('backup.lock')) continue
      expect([path, (await stat(path)).mode & 0o077]).toEqual([path, 0])
    }
  })

  it('names archives that are missing or damaged, and holds the rest', async () => {
    const server = await world.start('data')
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) await publish(server, 'echo-worker', version)
    const [lost = '', spoilt = ''] = (await filesIn('data/archives')).toSorted()
    await rm(lost)
    await writeFile(spoilt, 'other bytes')
    const made = await backup('--json')
    expect(made.code).toBe(1)
    const names = [lost, spoilt].map((path) => path.slice(-64))
    expect(JSON.parse(made.stdout).missing.toSorted()).toEqual(names.toSorted())
    for (const name of names) expect(made.stderr).toContain(name)
    expect((await restore()).code).toBe(0)
  })

  it('is refused into a folder of something else, or of nothing to save', async () => {
    await mkdir(world.at('backup'))
    await writeFile(world.at('backup/letter.txt'), '')
    await world.start('data')
    expect(await backup()).toMatchObject({ code: 2, stderr: expect.stringContaining('letter.txt') })
    const nothing = await run(world.at('.'), ['backup', '--data-dir', 'nowhere', '--to', 'other'])
    expect(nothing).toMatchObject({ code: 1, stderr: expect.stringContaining('holds no catalog') })
  })
})

describe('a restore', { timeout: 60_000 }, () => {
  beforeEach(async () => {
    const server = await world.start('data')
    await publish(server, 'echo-worker', '1.0.0')
    expect((await backup()).code).toBe(0)
  })

  it.each<[string, RegExp, (path: string) => Promise<void>, number]>([
    ['an archive', /archives/, (path) => flipLastByte(path), 4],
    ['an archive that is short', /archives/, (path) => truncate(path, 10), 4],
    ['an archive that is gone', /archives/, (path) => rm(path), 1],
    ['the database', /catalog\.sqlite$/, (path) => flipLastByte(path), 4],
    ['the list of files', /backup\.json$/, (path) => truncate(path, 100), 1],
    ['a list of another kind', /backup\.json$/, (path) => writeFile(path, '{"format": "tar"}'), 1],
  ])(
    'refuses a backup with damage to %s, names the file and changes nothing',
    async (_name, pattern, damage, code) => {
      const path = await fileOfBackup(pattern)
      await damage(path)
      const ended = await restore()
      expect(ended.code).toBe(code)
      expect(ended.stderr).toContain(path)
      expect(await exists(world.at('restored'))).toBe(false)
    },
  )

  it('refuses a database that names archives the list leaves out', async () => {
    const path = await fileOfBackup(/backup\.json$/)
    const manifest = JSON.parse(await readFile(path, 'utf8'))
    await writeFile(path, JSON.stringify({ ...manifest, archives: [] }))
    expect(await restore()).toMatchObject({ code: 1, stderr: expect.stringContaining('leaves out') })
  })

  it('says what there is when a snapshot is not there', async () => {
    expect(await restore('--snapshot', '../..')).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/it has: \d{8}T/),
    })
    const nothing = await run(world.at('.'), ['restore', '--from', 'data', '--data-dir', 'restored'])
    expect(nothing).toMatchObject({ code: 1, stderr: expect.stringContaining('holds no backup') })
  })

  it('replaces a catalog only when told to, and keeps it', async () => {
    const other = await world.start('restored')
    await publish(other, 'paint-worker', '1.0.0')
    expect(await restore()).toMatchObject({ code: 2, stderr: expect.stringContaining('--force') })
    expect(await restore('--force')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('next: stop '),
    })
    await world.stop(other)
    const put = await restore('--force', '--json')
    expect(put.code).toBe(0)
    const [kept = ''] = JSON.parse(put.stdout).replaced
    expect((await readdir(kept)).toSorted()).toEqual(['catalog.sqlite', 'documents', 'keys'])
    expect(await installableReleases(await world.start('restored'))).toEqual(['echo-worker 1.0.0'])
  })

  it('does not believe archives that lie in its place already', async () => {
    const [archive = ''] = await filesIn('data/archives')
    const place = archive.replace(world.at('data'), world.at('restored'))
    await mkdir(join(place, '..'), { recursive: true })
    await writeFile(place, 'other bytes')
    expect((await restore()).code).toBe(0)
    expect(await installableReleases(await world.start('restored'))).toEqual(['echo-worker 1.0.0'])
  })

  it('works between a folder, a bucket and a folder of its own for archives', async () => {
    const store = await startS3Server()
    const env = {
      AWS_ENDPOINT_URL: store.endpoint.href,
      AWS_ACCESS_KEY_ID: store.key.accessKeyId,
      AWS_SECRET_ACCESS_KEY: store.key.secretAccessKey,
    }
    const bucket = ['--blobs', `s3://${store.bucketName}`]
    try {
      const inBucket = ['restore', '--from', 'backup', '--data-dir', 'in-bucket', ...bucket]
      expect((await run(world.at('.'), inBucket, env)).code).toBe(0)
      const { region, ...credentials } = store.key
      const place = {
        bucket: store.bucketName,
        prefix: '',
        endpoint: store.endpoint,
        region,
        pathStyle: true,
        credentials,
      }
      const server = await world.start('in-bucket', { kind: 'bucket', bucket: place })
      await publish(server, 'echo-worker', '1.1.0')
      const again = ['backup', '--data-dir', 'in-bucket', '--to', 'second', ...bucket]
      expect((await run(world.at('.'), again, env)).code).toBe(0)
      await world.stop(server)
      expect(await run(world.at('.'), [...inBucket, '--force'], env)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('another prefix'),
      })
    } finally {
      await store.close()
    }
    const back = ['restore', '--from', 'second', '--data-dir', 'back', '--blobs', 'file:back-blobs']
    expect((await run(world.at('.'), back)).code).toBe(0)
    const server = await world.start('back', { kind: 'folder', folder: world.at('back-blobs') })
    expect(await installableReleases(server)).toEqual(['echo-worker 1.0.0', 'echo-worker 1.1.0'])
  })
})

describe('kill -9', { timeout: 120_000 }, () => {
  /** Starts the program and kills it as soon as a file whose path matches lies below `name`, if one ever does. */
  async function killed(args: readonly string[], name: string, pattern: RegExp): Promise<void> {
    const program = start(world.at('.'), args)
    let hasEnded = false
    void program.ended.then(() => {
      hasEnded = true
    })
    while (!hasEnded && !(await filesIn(name)).some((path) => pattern.test(path))) await sleep(2)
    program.child.kill('SIGKILL')
    await program.ended
  }

  it('of a backup leaves earlier snapshots as they were, and nothing that looks like one', async () => {
    const server = await world.start('data')
    await publish(server, 'echo-worker', '1.0.0')
    const first = JSON.parse((await backup('--json')).stdout)
    await publish(server, 'echo-worker', '1.1.0', 8 * 2 ** 20)
    const args = ['backup', '--data-dir', 'data', '--to', 'backup']
    for (const moment of [
      /unfinished.*catalog\.sqlite$/,
      /unfinished.[0-9a-f]{64}$/,
      /unfinished.*backup\.json/,
    ]) {
      await killed(args, 'backup', moment)
    }
    expect((await restore('--snapshot', first.snapshot)).code).toBe(0)
    const last = JSON.parse((await backup('--json')).stdout)
    expect(await readdir(world.at('backup/unfinished'))).toEqual([])
    expect(last.archives.total).toBe(2)
    const again = ['restore', '--from', 'backup', '--data-dir', 'again']
    expect((await run(world.at('.'), again)).code).toBe(0)
    expect(await installableReleases(await world.start('again'))).toEqual([
      'echo-worker 1.0.0',
      'echo-worker 1.1.0',
    ])
  })

  it('of a restore leaves no catalog, and the next one completes it', async () => {
    const server = await world.start('data')
    await publish(server, 'echo-worker', '1.0.0', 8 * 2 ** 20)
    await publish(server, 'echo-worker', '1.1.0', 8 * 2 ** 20)
    await backup()
    const args = ['restore', '--from', 'backup', '--data-dir', 'restored']
    for (const moment of [/restored.staging/, /restored.archives/, /restored.restoring/]) {
      await killed(args, 'restored', moment)
      // A kill that came too late met a complete one.
      if (await exists(world.at('restored/catalog.sqlite')))
        await rm(world.at('restored'), { recursive: true })
    }
    expect((await restore()).code).toBe(0)
    expect(await installableReleases(await world.start('restored'))).toEqual([
      'echo-worker 1.0.0',
      'echo-worker 1.1.0',
    ])
    expect((await readdir(world.at('restored'))).filter((name) => name.startsWith('restoring'))).toEqual([])
  })
})

describe('a full disk', { timeout: 60_000 }, () => {
  const mounted: string[] = []
  afterEach(() => {
    for (const folder of mounted.splice(0)) execFileSync('umount', [folder])
  })

  async function mountSmall(name: string): Promise<boolean> {
    const folder = world.at(name)
    await mkdir(folder)
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], { stdio: 'ignore' })
    } catch {
      return false
    }
    mounted.push(folder)
    return true
  }

  it('ends a backup with disk_full, and leaves the snapshots before', async (context) => {
    if (!(await mountSmall('backup'))) return context.skip('may not mount file systems here')
    const server = await world.start('data')
    await publish(server, 'echo-worker', '1.0.0')
    expect((await backup()).code).toBe(0)
    await publish(server, 'echo-worker', '1.1.0', 4 * 2 ** 20)
    const full = await backup('--json')
    expect(full.code).toBe(1)
    expect(JSON.parse(full.stdout)).toMatchObject({ error: { code: 'disk_full' } })
    expect((await restore()).code).toBe(0)
    expect(await installableReleases(await world.start('restored'))).toEqual(['echo-worker 1.0.0'])
  })

  it('ends a restore with disk_full, and leaves no catalog', async (context) => {
    if (!(await mountSmall('restored'))) return context.skip('may not mount file systems here')
    const server = await world.start('data')
    await publish(server, 'echo-worker', '1.0.0', 4 * 2 ** 20)
    await backup()
    const full = await restore('--json')
    expect(JSON.parse(full.stdout)).toMatchObject({ error: { code: 'disk_full' } })
    expect(await exists(world.at('restored/catalog.sqlite'))).toBe(false)
  })
})

async function flipLastByte(path: string): Promise<void> {
  const bytes = await readFile(path)
  bytes.writeUInt8((bytes.at(-1) ?? 0) ^ 1, bytes.length - 1)
  await writeFile(path, bytes)
}
