import { execFile } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { problemSchema } from '@rbee/schema'
import { freePort, monorepoWorker, TemporaryFolder } from '@rbee/testing'
import { afterEach, describe, expect, it } from 'vitest'
import { catalogFolder, endPrograms, type Serving, serve } from './testing/program.ts'

afterEach(endPrograms)

const runFile = promisify(execFile)
const PKGBUILD = '/workers/first-worker/PKGBUILD/arch/dev'

/** The address of the repository and the tag that a PKGBUILD names. */
function sourceOf(pkgbuild: string): { address: string; tag: string } {
  const [, address = '', tag = ''] = /^source=\('git\+(\S+)#tag=(\S+)'\)$/m.exec(pkgbuild) ?? []
  return { address, tag }
}

async function cloned(server: Serving, folder: TemporaryFolder, name: string): Promise<string> {
  const { address, tag } = sourceOf(await (await fetch(server.url + PKGBUILD)).text())
  const target = join(folder.path, name)
  await runFile('git', ['clone', '-q', '--branch', tag, address, target])
  return target
}

describe('rbee-catalog serve', () => {
  it('hands out the source that a generated PKGBUILD builds, of a repository that is public nowhere', async () => {
    await using folder = await catalogFolder()
    await using server = await serve(folder.path, ['--catalog', 'catalog'])
    const target = await cloned(server, folder, 'clone')
    const cargo = await readFile(join(target, 'catalog/first/Cargo.toml'), 'utf8')
    expect(cargo).toContain('version = "1.0.0"')
    const refused = await fetch(`${server.url}/sources/first-worker-9.9.9.git/info/refs`)
    expect(refused.status).toBe(404)
  })

  it('hands out what lies in a plain folder now', async () => {
    await using folder = await TemporaryFolder.create()
    await using elsewhere = await TemporaryFolder.create()
    await folder.write(monorepoWorker('first', 'first-worker'))
    await using server = await serve(folder.path, ['--catalog', folder.path])
    await cloned(server, elsewhere, 'before')
    await folder.write({ 'first/main.rs': 'fn main() {}\n' })
    const target = await cloned(server, elsewhere, 'after')
    expect(await readFile(join(target, 'first/main.rs'), 'utf8')).toBe('fn main() {}\n')
    // The data of the server lies in the same folder.
    expect((await readdir(target)).toSorted()).toEqual(['.git', 'first'])
  })

  it('hands out nothing where others reach the server, or a page calls it by a name of its own', async () => {
    await using folder = await catalogFolder()
    await using server = await serve(folder.path, ['--catalog', 'catalog'])
    const { address } = sourceOf(await (await fetch(server.url + PKGBUILD)).text())
    const { port, pathname } = new URL(address)
    const { stdout } = await runFile('curl', [
      ...['-s', '-o', '/dev/null', '-w', '%{http_code}', '-H', 'Host: page.example'],
      `http://127.0.0.1:${port}${pathname}/info/refs`,
    ])
    expect(stdout).toBe('404')

    await server.stop()
    const own = await freePort()
    const args = ['--catalog', 'catalog', '--port', `${own}`, '--public-url', 'https://catalog.example']
    await using _server = await serve(folder.path, args)
    const shared = `http://127.0.0.1:${own}`
    const answer = await fetch(shared + PKGBUILD)
    expect(problemSchema.parse(await answer.json()).code).toBe('no_repository')
    expect((await fetch(`${shared}${pathname}/info/refs`)).status).toBe(404)
  })
})
