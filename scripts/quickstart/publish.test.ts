import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type ProgramCall, ProgramFailure, type Programs } from './programs.ts'
import { publishWorkers } from './publish.ts'

let project: string
beforeEach(async () => {
  project = await mkdtemp(join(tmpdir(), 'quickstart-publish-'))
  for (const folder of ['workers/a-worker', 'workers/community/b-worker', 'workers/no-worker']) {
    await mkdir(join(project, folder), { recursive: true })
    if (!folder.includes('no-')) await writeFile(join(project, folder, 'worker.toml'), '')
  }
})
afterEach(() => rm(project, { recursive: true, force: true }))

/** Programs that answer every publishing in the same way. */
function programs(publishing: (call: ProgramCall) => string): { calls: ProgramCall[]; programs: Programs } {
  const calls: ProgramCall[] = []
  const run = async (call: ProgramCall) => {
    calls.push(call)
    return call.program === 'rbee-catalog' ? 'rbee_op_token' : publishing(call)
  }
  const start = () => {
    throw new Error('nothing is started here')
  }
  return { calls, programs: { run, start } }
}

function failing(answer: object) {
  return (call: ProgramCall): string => {
    throw new ProgramFailure(call, 1, JSON.stringify(answer))
  }
}

it('publishes every worker with a manifest, with a token of the data folder', async () => {
  const { calls, programs: all } = programs(() => '{"worker":"a","version":"1.0.0","status":"published"}')
  await publishWorkers(all, project, '/data', 'http://127.0.0.1:1')
  const published = calls.filter(({ program }) => program === 'rbee-publish')
  expect(published.map(({ args }) => args[0])).toEqual(['workers/a-worker', 'workers/community/b-worker'])
  expect(published[0]?.env).toEqual({ RBEE_REGISTRY: 'http://127.0.0.1:1', RBEE_TOKEN: 'rbee_op_token' })
  expect(calls[0]?.args).toContain('/data')
})

it('goes on with a release that was published from earlier sources', async () => {
  const { calls, programs: all } = programs(failing({ error: { code: 'version_conflict' } }))
  await publishWorkers(all, project, '/data', 'http://127.0.0.1:1')
  expect(calls).toHaveLength(3)
})

it('ends with any other failure', async () => {
  const { programs: all } = programs(failing({ error: { code: 'build_failed' } }))
  await expect(publishWorkers(all, project, '/data', 'http://127.0.0.1:1')).rejects.toThrow(
    'rbee-publish workers/a-worker --json ended with exit code 1',
  )
})
