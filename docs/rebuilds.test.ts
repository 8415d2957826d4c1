import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { program as catalogProgram } from '../apps/cli/src/commands/rbee-catalog/index.ts'
import { findBuildTools } from '../apps/cli/src/hive/source-build/build-tools.ts'
import { aRebuildBench, aScriptedWorker } from '../apps/cli/src/publish/rebuild/testing/rebuild-bench.ts'
import { rebuildsSchema } from '../packages/schema/src/index.ts'

const hasSandbox = typeof (await findBuildTools(process.env.PATH)).sandbox !== 'string'

/** The commands of a section, each as its words. */
async function commandsOf(file: string, title: string): Promise<string[][]> {
  const text = await readFile(new URL(file, import.meta.url), 'utf8')
  const section = text.split(`\n${title}\n`)[1]?.split(/^##/m)[0] ?? ''
  const lines = [...section.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block = '']) =>
    block.trim().split('\n'),
  )
  return lines.map((line) =>
    [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? ''),
  )
}

it('what authors and operators are told about rebuilds works', { timeout: 120_000 }, async (context) => {
  if (!hasSandbox) context.skip('bubblewrap does not work here')
  await using bench = await aRebuildBench()
  const id = 'my-worker'
  const script = `printf '#!/bin/sh\\n' >"$RBEE_OUTPUT/bin/${id}"; chmod 755 "$RBEE_OUTPUT/bin/${id}"`
  const repository = await bench.repository(id, aScriptedWorker(id, script))
  await bench.publish(repository, { id, path: `workers/${id}`, commit: await repository.push() })
  const cwd = join(repository.folder.path, 'workers', id)
  const listed = async () => {
    const answer = await fetch(`${bench.catalog.url}/v1/workers/${id}/0.3.0/rebuilds`)
    return rebuildsSchema.parse(await answer.json()).rebuilds
  }

  const [limited = [], ...strikes] = await commandsOf('operating.md', '## Rebuilds')
  const { exitCode, stdout } = await bench.run(limited.slice(1), { program: catalogProgram })
  expect(exitCode).toBe(0)
  const authors = await commandsOf('authors.md', '### Be rebuildable')
  expect(authors.map(([name, command]) => `${name} ${command}`)).toEqual([
    'rbee-publish rebuild',
    'rbee-publish key',
    'rbee-publish rebuild',
  ])
  for (const [, ...args] of authors) {
    const outcome = await bench.run(args, { cwd, token: stdout.trim() })
    expect(outcome, args.join(' ')).toMatchObject({ exitCode: 0 })
  }
  const [attested] = await listed()
  expect(attested).toMatchObject({ verdict: 'reproduced', standing: 'counted' })
  const standings: (string | undefined)[] = []
  for (const [, ...words] of strikes) {
    const args = words.map((word) => (word === 'ACCOUNT' ? (attested?.account ?? '') : word))
    expect(await bench.run(args, { program: catalogProgram })).toMatchObject({ exitCode: 0 })
    standings.push((await listed())[0]?.standing)
  }
  expect(standings).toEqual(['struck', 'counted'])
})
