import { spawnSync } from 'node:child_process'
import { programsDocumentSchema } from '@rbee/schema'
import { aSha256 } from '@rbee/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { installScript, NOTHING_TO_INSTALL } from './install-script.ts'
import { pathOf } from './testing/machine.ts'

const programs = programsDocumentSchema.parse({
  version: '1.2.3',
  builds: ['any', 'linux-x86_64', 'macos-aarch64'].map((platform) => ({
    platform,
    format: 'tar.gz',
    size: 10,
    checksum: `sha256:${aSha256(1)}`,
    download_url: `/v1/blobs/sha256/${aSha256(1)}`,
  })),
})

const runInShell = (script: string, args: readonly string[]) =>
  spawnSync('sh', ['-s', '--', ...args], {
    input: script,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: '/nonexistent' },
  })

describe('the script', () => {
  it.skipIf(pathOf('shellcheck') === null).each([
    ['with builds', installScript(programs, 'https://catalog.example')],
    ['without', NOTHING_TO_INSTALL],
  ])('%s has nothing that shellcheck (which this test needs) would mention', (_what, script) => {
    const checked = spawnSync('shellcheck', ['--shell=sh', '-'], { input: script, encoding: 'utf8' })
    expect(checked.stdout).toBe('')
  })

  it('says what it would install and how', () => {
    const script = installScript(programs, 'https://catalog.example')
    expect(runInShell(script, ['--version']).stdout).toBe('1.2.3\n')
    expect(runInShell(script, ['--help']).stdout).toMatch(
      /^Installs the rbee programs 1\.2\.3 from https:\/\/c/,
    )
    const unknown = runInShell(script, ['--unknown'])
    expect([unknown.status, unknown.stdout]).toEqual([1, ''])
    expect(unknown.stderr).toContain('unknown option: --unknown')
  })

  it.each([
    `https://x.example/'; touch pwned; '`,
    'https://x.example/$(touch pwned)`touch pwned`',
    'https://x.example/\ntouch pwned\n',
    'https://x.example/\nBUILDS\ntouch pwned\n',
    'https://x.example/\nUSAGE\ntouch pwned\n',
  ])('runs nothing of the address %j', (url) => {
    const { stdout, stderr, status } = runInShell(installScript(programs, url), ['--help'])
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout.startsWith(`Installs the rbee programs 1.2.3 from ${url}\n`)).toBe(true)
  })

  it('names any address as it is', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), (text) => {
        const url = `https://${text.replaceAll('\0', '')}x`
        const { stdout, stderr } = runInShell(installScript(programs, url), ['--help'])
        expect(stderr).toBe('')
        expect(stdout.startsWith(`Installs the rbee programs 1.2.3 from ${url}\n`)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })
})
