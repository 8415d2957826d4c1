import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type ProgramsDocument, programsDocumentSchema } from '@rbee/schema'
import { packedArchive, TemporaryFolder } from '@rbee/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { readProgramArchiveName } from '../../programs/archive-name.ts'
import { endPrograms, run, serve } from './testing/program.ts'

const OPERATOR = `rbee_op_${'o'.repeat(43)}`

afterEach(endPrograms)

/** A folder with an empty catalog, and archives of builds in `dist`. */
async function aFolder(names: readonly string[]): Promise<TemporaryFolder> {
  const folder = await TemporaryFolder.create()
  const files = await Promise.all(
    names.map(async (name) => [
      `dist/${name}`,
      (await packedArchive({ 'bin/rbee-hive': `hive of ${name}` })).bytes,
    ]),
  )
  await folder.write({ ...Object.fromEntries(files), 'empty/.keep': '' })
  return folder
}

const serveFrom = (folder: TemporaryFolder) =>
  serve(folder.path, ['--catalog', 'empty'], { RBEE_OPERATOR_TOKEN: OPERATOR })

describe('programs publish', () => {
  it('offers every archive of a folder, in the place of what the server offers by itself', async () => {
    await using folder = await aFolder([
      'rbee-9.0.0-any.tar.gz',
      'rbee-9.0.0-linux-aarch64.tar.gz',
      'SHA256SUMS',
    ])
    const server = await serveFrom(folder)
    const args = ['programs', 'publish', 'dist', '--registry', server.url, '--json']
    const { code, stdout, stderr } = await run(folder.path, args, { RBEE_TOKEN: OPERATOR })
    expect([code, stderr]).toEqual([0, expect.stringContaining(`curl -fsSL ${server.url}/install.sh | sh`)])
    const offered = programsDocumentSchema.parse(JSON.parse(stdout))
    expect(offered.builds.map(({ platform }) => platform)).toEqual(['any', 'linux-aarch64'])
    // A later version than the server's own stays, also when the server is asked for the first time.
    expect(await server.get<ProgramsDocument>('/v1/programs')).toEqual(offered)
    await server.stop()
  })

  it.each([
    [['dist'], ['rbee-9.0.0-any.tar.gz', 'rbee-9.1.0-linux-x86_64.tar.gz'], 'all have to be of one'],
    [['dist'], ['README.md'], 'there is no rbee-VERSION-PLATFORM.tar.gz in dist'],
    [['dist/other.tar.gz'], ['other.tar.gz'], 'is not named rbee-VERSION-PLATFORM.tar.gz'],
    [['dist', join('dist', 'rbee-9.0.0-any.tar.gz')], ['rbee-9.0.0-any.tar.gz'], 'two archives for any'],
    [['missing'], [], 'there is no '],
    [[], [], 'missing required argument'],
  ])('refuses %j of a folder with %j', async (paths, names, reason) => {
    await using folder = await aFolder(names)
    const { code, stderr } = await run(folder.path, ['programs', 'publish', ...paths])
    expect(code).not.toBe(0)
    expect(stderr).toContain(reason)
  })

  it('refuses what is no archive before it sends anything', async () => {
    await using folder = await aFolder([])
    await folder.write({ 'dist/rbee-9.0.0-any.tar.gz': 'no archive' })
    const { code, stderr } = await run(folder.path, ['programs', 'publish', 'dist'])
    expect([code, stderr]).toEqual([4, expect.stringContaining('(archive_invalid)')])
  })
})

describe('a server in a clone', () => {
  it('offers the portable build of its own version when it is first asked', { timeout: 60_000 }, async () => {
    await using folder = await aFolder([])
    const server = await serveFrom(folder)
    const [script, document] = await Promise.all([
      fetch(`${server.url}/install.sh`),
      server.get<ProgramsDocument>('/v1/programs'),
    ])
    expect(script.status).toBe(200)
    const { builds } = programsDocumentSchema.parse(document)
    expect(builds.map(({ platform }) => platform)).toEqual(['any'])
    const [build] = builds
    const archive = await fetch(`${server.url}${build?.download_url}`)
    expect(Number(archive.headers.get('content-length'))).toBe(build?.size)
    await archive.body?.cancel()
    expect(server.stderr().match(/packing the programs/g)).toHaveLength(1)
    await server.stop()
  })
})

it('a server clears away what one that was killed left of packing its programs', {
  timeout: 60_000,
}, async () => {
  await using folder = await aFolder([])
  const scratch = join(folder.path, 'data/scratch')
  const killed = await serveFrom(folder)
  const asked = fetch(`${killed.url}/install.sh`).catch(() => null)
  await expect.poll(() => readdir(scratch).catch(() => []), { timeout: 20_000 }).toHaveLength(1)
  await killed.kill()
  await asked
  expect(await readdir(scratch)).toHaveLength(1)
  const next = await serveFrom(folder)
  expect(await readdir(scratch)).toEqual([])
  await next.stop()
})

describe('the name of an archive', () => {
  it.each([
    ['rbee-1.2.3-any.tar.gz', '1.2.3', 'any'],
    ['rbee-1.2.3-rc.1-windows-aarch64.tar.gz', '1.2.3-rc.1', 'windows-aarch64'],
  ])('%s tells version and platform', (name, version, platform) => {
    expect(readProgramArchiveName(name)).toEqual({ version, platform })
  })

  it.each([
    'rbee-1.2-any.tar.gz',
    'rbee-1.2.3-solaris-x86_64.tar.gz',
    'rbee-1.2.3-any.tar.zst',
    'SHA256SUMS',
  ])('%s is none', (name) => {
    expect(readProgramArchiveName(name)).toBeNull()
  })
})
