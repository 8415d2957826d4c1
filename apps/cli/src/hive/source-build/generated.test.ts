import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { findOnPath } from '../find-on-path.ts'
import { findBuildTools } from './build-tools.ts'
import { BUILD_PATH } from './sandbox.ts'
import {
  aBuildMachine,
  aPathWith,
  aSourceServer,
  type BuildMachine,
  type SourceServer,
} from './testing/build-machine.ts'
import { aGeneratedWorker, RUST, SCRIPTED } from './testing/real-workers.ts'
import { serveRepository } from './testing/source-repository.ts'

const tools = await findBuildTools(process.env.PATH)
const AGREED = typeof tools.sandbox === 'string' ? ['--yes', '--allow-unsandboxed'] : ['--yes']

let machine: BuildMachine
let sources: SourceServer
beforeAll(async () => {
  machine = await aBuildMachine()
  sources = await aSourceServer()
})
afterAll(async () => {
  await machine[Symbol.asyncDispose]()
  await sources[Symbol.asyncDispose]()
})

describe('a generated PKGBUILD', { timeout: 120_000 }, () => {
  const ways = [
    { builder: 'makepkg', programs: ['bash', 'git', 'bwrap', 'makepkg'] },
    { builder: 'rbee-hive', programs: ['bash', 'git', 'bwrap'] },
  ] as const

  it.for(ways)(
    'builds a worker in Rust by $builder, and one in JavaScript',
    async ({ builder, programs }, context) => {
      if (builder === 'makepkg' && tools.makepkg === null) context.skip('makepkg is missing')
      for (const name of ['cargo', 'node'])
        if (!(await findOnPath(name, BUILD_PATH))) context.skip(`${name} is missing in the system's folders`)
      await using rust = await serveRepository(sources, 'rust', RUST)
      await using script = await serveRepository(sources, 'script', SCRIPTED)
      const entries = [
        aGeneratedWorker('speaker', { ...rust, path: 'crates/speaker' }, { system: 'cargo' }),
        aGeneratedWorker('teller', { ...script, path: 'teller' }, { command: ['node', 'build.mjs'] }),
      ]
      const path = await aPathWith(machine.folder, programs)
      const speaker = await machine.buildEntry(entries, 'speaker', { path, agreed: AGREED })
      expect(speaker.build).toMatchObject({ builder, sources: [{ commit: rust.commit }] })
      expect(execFileSync(join(speaker.folder, 'bin/speaker')).toString()).toBe('speaks on cpu\n')
      const teller = await machine.buildEntry(entries, 'teller', { path, agreed: AGREED })
      expect(execFileSync(join(teller.folder, 'bin/teller')).toString()).toBe('told by cpu\n')
    },
  )
})
