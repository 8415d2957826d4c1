import { expect, it } from 'vitest'
import { EXIT } from '../../program/exit-codes.ts'
import { lyingWorld } from './testing/lying-world.ts'

it('rbee-hive outdated ends as a refusal where a registry is refused, and not where it is away', async () => {
  await using world = await lyingWorld()
  const [machine, registry] = [world.machine(), world.turning()]
  await world.publish('echo-worker', '1.0.0')
  await machine.install(registry.url)
  const outdated = async () => {
    const { exitCode, stdout } = await machine.hive(['outdated', '--json'])
    return { exitCode, workers: (JSON.parse(stdout) as { workers: unknown[] }).workers }
  }
  expect(await outdated()).toMatchObject({ exitCode: 0, workers: [{ latest: '1.0.0', problem_code: null }] })
  registry.turn((path, answer) =>
    path.endsWith('/timestamp.json') ? { status: 404, body: Buffer.from('{}') } : answer,
  )
  expect(await outdated()).toMatchObject({
    exitCode: EXIT.refused,
    workers: [{ latest: null, outdated: false, problem_code: 'metadata_withheld' }],
  })
  registry.turn((_path, _answer, response) => {
    response.destroy()
    return 'answered'
  })
  expect(await outdated()).toMatchObject({
    exitCode: 0,
    workers: [{ problem_code: 'registry_unreachable' }],
  })
})
