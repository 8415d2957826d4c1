import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { releaseDocumentSchema } from '@rbee/schema'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { findOnPath } from '../../hive/find-on-path.ts'
import { findBuildTools } from '../../hive/source-build/build-tools.ts'
import { BUILD_PATH } from '../../hive/source-build/sandbox.ts'
import { type Lie, lyingProxy } from '../../hive/trust/testing/lying-proxy.ts'
import { EXIT } from '../../program/exit-codes.ts'
import type { RebuildResult } from './rebuild-result.ts'
import {
  aCargoWorker,
  aRebuildBench,
  aScriptedWorker,
  type Outcome,
  type RebuildBench,
} from './testing/rebuild-bench.ts'

const tools = await findBuildTools(process.env.PATH)
const AGREED = typeof tools.sandbox === 'string' ? ['--yes', '--allow-unsandboxed'] : ['--yes']

let bench: RebuildBench
beforeAll(async () => {
  bench = await aRebuildBench()
})
afterAll(() => bench[Symbol.asyncDispose]())
// Whatever happened, nothing of a build stays.
afterEach(async () => {
  expect(await bench.leftovers()).toEqual([])
})

const rebuild = (worker: string, ...more: string[]) => bench.run(['rebuild', worker, ...AGREED, ...more])
const resultOf = ({ stdout }: Outcome): RebuildResult => JSON.parse(stdout)
const outcome = ({ exitCode, code }: Outcome) => ({ exitCode, code })

/** A program that greets; what is published holds it beside what `script` makes. */
const greeting = (id: string, script: string) =>
  `printf '#!/bin/sh\\necho hello\\n' >"$RBEE_OUTPUT/bin/${id}"; chmod 755 "$RBEE_OUTPUT/bin/${id}"\n${script}`

/** @param uncommitted what the author's own copy held besides, when it was published. */
async function published(id: string, script: string, uncommitted: Record<string, string> = {}) {
  const repository = await bench.repository(id, aScriptedWorker(id, greeting(id, script)))
  const commit = await repository.push()
  await repository.folder.write(uncommitted)
  await bench.publish(repository, { id, path: `workers/${id}`, commit })
  return { repository, commit }
}

describe('a release of which everything is in its commit', { timeout: 60_000 }, () => {
  it('comes out the same, in another folder, at another time and without a token in sight', async () => {
    const { commit, repository } = await published(
      'same-worker',
      `[ -z "\${RBEE_TOKEN-}" ]; date -d "@$SOURCE_DATE_EPOCH" >"$RBEE_OUTPUT/built-at"`,
    )
    const found = await rebuild('same-worker', '--json')
    expect(outcome(found)).toEqual({ exitCode: 0, code: 'done' })
    const result = resultOf(found)
    expect(result).toMatchObject({
      verdict: 'reproduced',
      code: null,
      source: { named_by: 'registry', repository: repository.url, commit, folder: 'workers/same-worker' },
      rebuilt: result.published,
      command: ['sh', 'build.sh'],
      differences: null,
    })
  })

  it('is built by Cargo, with a dependency, the same in every folder (needs cargo)', async (context) => {
    if (!(await findOnPath('cargo', BUILD_PATH))) context.skip('cargo is missing')
    const repository = await bench.repository('rusty', aCargoWorker('rusty-worker'))
    const commit = await repository.push()
    await bench.publish(repository, { id: 'rusty-worker', path: 'workers/rusty-worker', commit })
    const found = await rebuild('rusty-worker')
    expect(outcome(found)).toEqual({ exitCode: 0, code: 'done' })
    expect(found.stdout).toContain('rusty-worker 0.3.0')
    expect(found.stdout).toContain('is reproduced: sha256:')
  })

  it('is said to be built, and nothing is done, in a dry run', async () => {
    await published('planned-worker', '')
    const { exitCode, stdout } = await bench.run(['rebuild', 'planned-worker', '--dry-run', '--json'])
    expect(exitCode).toBe(0)
    expect(JSON.parse(stdout)).not.toHaveProperty('verdict')
  })
})

describe('a release that comes out otherwise', { timeout: 60_000 }, () => {
  it('by one byte: exit code 4, and where', async () => {
    const id = 'byte-worker'
    await published(
      id,
      `cp -- letter "$RBEE_OUTPUT/letter" 2>/dev/null || printf 'abcd' >"$RBEE_OUTPUT/letter"`,
      {
        [`workers/${id}/letter`]: 'abXd',
      },
    )
    const found = await rebuild(id, '--json')
    expect(found.exitCode).toBe(EXIT.refused)
    const facts = { type: 'file', size: 4, executable: false }
    expect(resultOf(found)).toMatchObject({
      verdict: 'differs',
      code: 'rebuild_differs',
      differences: {
        total: 1,
        only_packing: false,
        files: [{ kind: 'changed', name: 'letter', published: facts, rebuilt: facts, first_difference: 2 }],
      },
    })
  })

  it('in files, sizes and modes', async () => {
    const id = 'other-worker'
    const script = `if [ -e mine ]; then
  echo 1 >"$RBEE_OUTPUT/only-here"; echo long >"$RBEE_OUTPUT/size"; echo x >"$RBEE_OUTPUT/bin/tool"
else
  mkdir "$RBEE_OUTPUT/new"; echo 2 >"$RBEE_OUTPUT/new/file"; printf lon >"$RBEE_OUTPUT/size"; echo x >"$RBEE_OUTPUT/bin/tool"
  chmod 755 "$RBEE_OUTPUT/bin/tool"
fi`
    await published(id, script, { [`workers/${id}/mine`]: '' })
    const found = await rebuild(id)
    expect(found.exitCode).toBe(EXIT.refused)
    expect(found.stdout.split('\n').slice(3, -2)).toEqual([
      '  bin/tool  same bytes (published 2 bytes, rebuilt 2 bytes, executable)',
      '  new  only in what was rebuilt (a folder)',
      '  new/file  only in what was rebuilt (2 bytes)',
      '  only-here  only in what is published (2 bytes)',
      '  size  differs from byte 3 on (published 5 bytes, rebuilt 3 bytes)',
    ])
  })
})

describe('an attestation', { timeout: 60_000 }, () => {
  const countsOf = async (id: string) => {
    const answer = await fetch(`${bench.catalog.url}/v1/workers/${id}/latest`)
    return releaseDocumentSchema.parse(await answer.json()).variants[0]?.artifacts[0]?.rebuilds
  }
  const keyIn = async (name: string) => {
    const file = join(bench.folder, name)
    expect((await bench.run(['key', 'new', '--out', file])).exitCode).toBe(0)
    return file
  }

  it('says what came of it, whatever that is: here of a build that is never the same', async () => {
    const id = 'attested-worker'
    await published(id, 'head -c 3000000 /dev/urandom >"$RBEE_OUTPUT/noise"')
    const { token } = await bench.catalog.createToken('publish')
    const attest = (key: string) =>
      bench.run(['rebuild', id, ...AGREED, '--attest', '--key', key, '--json'], { token })
    const found = await attest(await keyIn('first.key'))
    expect(found.exitCode).toBe(EXIT.refused)
    expect(resultOf(found).attestation).toMatchObject({ counts: { agree: 0, disagree: 1 } })
    expect(await countsOf(id)).toEqual({ agree: 0, disagree: 1 })
    // The operator published it, and does not count.
    const own = await bench.run(['rebuild', id, ...AGREED, '--attest', '--key', await keyIn('own.key')])
    expect(own.stdout).toContain('of independent rebuilders 0 agree and 1 do not')
    expect(outcome(await attest(join(bench.folder, 'missing.key')))).toMatchObject({
      code: 'publisher_key_missing',
    })
  })

  it('is of a commit, not of a folder that may hold anything', async () => {
    const id = 'folder-worker'
    const repository = await bench.repository(id, aScriptedWorker(id, greeting(id, '')))
    const folder = join(repository.folder.path, 'workers', id)
    await rm(join(repository.folder.path, '.git'), { recursive: true })
    expect((await bench.run([folder, '--skip-selftest'])).exitCode).toBe(0)
    const found = await rebuild(id, '--from', folder, '--json')
    expect(resultOf(found)).toMatchObject({ verdict: 'reproduced', source: { commit: null } })
    const key = await keyIn('folder.key')
    expect(outcome(await rebuild(id, '--from', folder, '--attest', '--key', key))).toEqual({
      exitCode: EXIT.usage,
      code: 'usage',
    })
  })
})

describe('a source', { timeout: 60_000 }, () => {
  it('that is gone', async () => {
    const { repository } = await published('gone-worker', '')
    await rm(join(repository.folder.path, '.git/served.git'), { recursive: true })
    expect(outcome(await rebuild('gone-worker'))).toEqual({
      exitCode: EXIT.registry,
      code: 'source_unreachable',
    })
  })

  it('whose commit was never pushed', async () => {
    const repository = await bench.repository(
      'unpushed',
      aScriptedWorker('unpushed-worker', greeting('unpushed-worker', '')),
    )
    await repository.push()
    const commit = await repository.folder.commit()
    await repository.folder.write({ more: '' })
    const later = await repository.folder.commit()
    expect(later).not.toBe(commit)
    await bench.publish(repository, { id: 'unpushed-worker', path: 'workers/unpushed-worker', commit: later })
    expect(outcome(await rebuild('unpushed-worker'))).toEqual({ exitCode: 1, code: 'source_commit_missing' })
  })

  it('that does not build', async () => {
    const id = 'failing-worker'
    await published(id, '[ -e mine ] || { echo the reason >&2; exit 3; }', { [`workers/${id}/mine`]: '' })
    const found = await rebuild(id)
    expect(outcome(found)).toEqual({ exitCode: 1, code: 'build_failed' })
    expect(found.stderr).toContain('the reason')
  })

  it('that holds another worker', async () => {
    const repository = await bench.repository(
      'moved',
      aScriptedWorker('moved-worker', greeting('moved-worker', '')),
    )
    const commit = await repository.push()
    await repository.folder.write({ 'workers/README.md': '' })
    await bench.publish(repository, { id: 'moved-worker', path: 'workers/moved-worker', commit })
    await bench.move('moved-worker', 'workers')
    expect(outcome(await rebuild('moved-worker'))).toEqual({ exitCode: 1, code: 'manifest_missing' })
  })

  it('that the publisher signed is taken, whatever a catalog says', async () => {
    const id = 'signed-worker'
    const repository = await bench.repository(id, aScriptedWorker(id, greeting(id, '')))
    const commit = await repository.push()
    await repository.folder.git(['remote', 'add', 'origin', repository.url])
    const key = join(bench.folder, 'publisher.key')
    await bench.run(['key', 'new', '--out', key])
    const folder = join(repository.folder.path, 'workers', id)
    const signed = await bench.run([folder, '--skip-selftest', '--sign', '--key', key])
    expect(outcome(signed)).toEqual({ exitCode: 0, code: 'done' })
    const found = await rebuild(id, '--json')
    expect(resultOf(found)).toMatchObject({
      verdict: 'reproduced',
      source: { named_by: 'provenance', repository: repository.url, commit, folder: `workers/${id}` },
    })
  })

  it('that nobody names is taken from a folder', async () => {
    const id = 'nameless-worker'
    const repository = await bench.repository(id, aScriptedWorker(id, greeting(id, '')))
    const folder = join(repository.folder.path, 'workers', id)
    expect((await bench.run([folder, '--skip-selftest'])).exitCode).toBe(0)
    expect(outcome(await rebuild(id))).toEqual({ exitCode: 1, code: 'no_repository' })
    const commit = await repository.push()
    // What is not committed is not built.
    await repository.folder.write({ [`workers/${id}/build.sh`]: 'exit 1' })
    const found = await rebuild(id, '--from', folder, '--json')
    expect(resultOf(found)).toMatchObject({
      verdict: 'reproduced',
      source: { named_by: 'folder', repository: null, commit, folder: `workers/${id}` },
    })
  })
})

describe('a build', { timeout: 60_000 }, () => {
  it('is not begun before somebody agrees', async () => {
    await published('asked-worker', '')
    await bench.run(['rebuild', 'asked-worker', '--dry-run', '--yes'])
    expect(outcome(await bench.run(['rebuild', 'asked-worker']))).toEqual({
      exitCode: EXIT.usage,
      code: 'usage',
    })
    const declined = await bench.run(['rebuild', 'asked-worker'], { ask: async () => 'n' })
    expect(outcome(declined)).toEqual({ exitCode: 1, code: 'build_declined' })
  })

  it('that is interrupted ends at once, with everything that it started', async () => {
    await published('slow-worker', '[ -e mine ] || sleep 1234', { 'workers/slow-worker/mine': '' })
    const stop = new AbortController()
    const running = bench.run(['rebuild', 'slow-worker', ...AGREED], {
      signal: stop.signal,
      told: (text) => {
        if (text.includes('  building')) setTimeout(() => stop.abort(), 300)
      },
    })
    expect((await running).exitCode).toBe(EXIT.interrupted)
  })
})

describe('a registry or mirror that lies', { timeout: 60_000 }, () => {
  const through = async (worker: string, lie: Lie) => {
    await using proxy = await lyingProxy(bench.catalog.url)
    return await bench.run(['rebuild', worker, ...AGREED, '--json'], { registry: proxy.registry(lie) })
  }

  it('about what was published is not believed', async () => {
    await published('lied-worker', '')
    const found = await through('lied-worker', (path, answer) =>
      path === '/v1/workers/lied-worker/latest'
        ? {
            ...answer,
            body: Buffer.from(
              answer.body
                .toString()
                .replace('"digest":"sha256:', '"digest":"sha256:0')
                .replace(/("digest":"sha256:0[0-9a-f]{63})./, '$1'),
            ),
          }
        : answer,
    )
    expect(outcome(found)).toEqual({ exitCode: EXIT.refused, code: 'document_altered' })
  })

  it('and hands out another archive still leaves the verdict to the digests', async () => {
    const id = 'swapped-worker'
    await published(id, '[ ! -e mine ] || echo 1 >"$RBEE_OUTPUT/mine"', { [`workers/${id}/mine`]: '' })
    const found = await through(id, (path, answer) => {
      if (!path.startsWith('/v1/blobs/')) return answer
      const body = Buffer.from(answer.body)
      body[body.length >> 1] = (body[body.length >> 1] ?? 0) ^ 1
      return { ...answer, body }
    })
    expect(found.exitCode).toBe(EXIT.refused)
    expect(resultOf(found)).toMatchObject({
      verdict: 'differs',
      differences: null,
      not_compared: { code: 'digest_mismatch' },
    })
  })
})
