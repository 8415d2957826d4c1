import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findBuildTools } from '../../hive/source-build/build-tools.ts'
import type { RebuildResult } from './rebuild.ts'
import { aRebuildBench, aScriptedWorker, type RebuildBench } from './testing/rebuild-bench.ts'

const tools = await findBuildTools(process.env.PATH)
const AGREED = typeof tools.sandbox === 'string' ? ['--yes', '--allow-unsandboxed'] : ['--yes']

let bench: RebuildBench
beforeAll(async () => {
  bench = await aRebuildBench()
})
afterAll(() => bench[Symbol.asyncDispose]())

const rebuild = (worker: string, ...more: string[]) => bench.run(['rebuild', worker, ...AGREED, ...more])

const PROGRAM = 'printf "#!/bin/sh\\necho hello\\n" >"$RBEE_OUTPUT/bin/$ID"; chmod 755 "$RBEE_OUTPUT/bin/$ID"'

async function published(id: string, script: string) {
  const repository = await bench.repository(id, aScriptedWorker(id, `ID=${id}\n${PROGRAM}\n${script}`))
  const commit = await repository.push()
  await bench.publish(repository, { id, path: `workers/${id}`, commit })
  return { repository, commit }
}

describe('rbee-publish rebuild', { timeout: 60_000 }, () => {
  it('builds the commit of a release again and finds the same bytes', async () => {
    const { commit, repository } = await published('same-worker', '')
    const outcome = await rebuild('same-worker', '--json')
    expect(outcome.stderr).toContain(`commit ${commit}`)
    expect(outcome).toMatchObject({ exitCode: 0, code: 'done' })
    const result: RebuildResult = JSON.parse(outcome.stdout)
    expect(result).toMatchObject({
      verdict: 'reproduced',
      source: { named_by: 'registry', repository: repository.url, commit, folder: 'workers/same-worker' },
      rebuilt: result.published,
      command: ['sh', 'build.sh'],
    })
    expect(await bench.leftovers()).toEqual([])
  })
})
